/** What a desk's first word says; `failed` and `stop` stay. */
export const deskState = { free: 0, full: 1, done: 2, failed: 3, starting: 4, stop: 5 } as const;

/** Words of a desk before its calls: its state, the kernel's number, the bytes of its module if new, how many calls. */
export const headWords = 4;

/** Words of a desk for calls: of each the function's place, how many arguments, and these. */
export const callWords: number = 1 << 14;

/** How often a helper looks before it sleeps, some 0.1 ms: to wake a thread costs as much as half of that. */
const looks = 20_000;

/**
 * What a helper runs: it takes its desks in turn, waits for one to be filled, does the calls that lie there and says
 * so. It comes as text, so that nothing has to be found beside a bundle.
 */
const serve = `
function serve(desks) {
  const kernels = [];
  for (const { words } of desks) Atomics.store(words, 0, ${deskState.free});
  for (let turn = 0;; turn = (turn + 1) % desks.length) {
    const { words } = desks[turn];
    for (let state, look = 0; (state = Atomics.load(words, 0)) !== ${deskState.full};) {
      if (state === ${deskState.stop}) return;
      if (look++ > ${looks}) Atomics.wait(words, 0, state);
    }
    let end = ${deskState.failed};
    try {
      const [, id, bytes, calls] = words;
      if (bytes > 0) {
        const code = new Uint8Array(words.buffer, ${4 * (headWords + callWords)}, bytes);
        const module = new WebAssembly.Module(code.slice());
        kernels[id] = desks.map(({ memory }) =>
          Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports));
      }
      for (let call = 0, at = ${headWords}; call < calls; call++) {
        const next = at + 2 + words[at + 1];
        kernels[id][turn][words[at]](...words.subarray(at + 2, next));
        at = next;
      }
      end = ${deskState.done};
    } catch {}
    Atomics.store(words, 0, end);
    Atomics.notify(words, 0);
  }
}
`;

/** The script of a helper, by how it is given its desks. */
export const workerSource: { readonly node: string; readonly web: string } = {
  node: `${serve} serve(require("node:worker_threads").workerData);`,
  web: `${serve} onmessage = ({ data }) => serve(data);`,
};
