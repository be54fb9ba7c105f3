/** The first word of a mailbox; from `failed` on it stays. */
export const mailboxState = {
  free: 0,
  full: 1,
  busy: 2,
  done: 3,
  failed: 4,
  starting: 5,
  stop: 6,
} as const;

/**
 * Words of a mailbox before its calls: its state, the executable's number, the bytes of its module
 * if new, how many calls, and whether all threads do these in the common memory.
 */
export const headWords = 5;

/** Words of a mailbox for calls: of each the function's place, how many arguments, and these. */
export const callWords = 512;

/** How many executables a worker keeps. */
export const executableSlots = 64;

/**
 * How often a thread looks before it sleeps, with pauses or without, some 0.5 ms: an update of
 * training has shared work that often, and to wake a thread costs a tenth of that. Pauses leave the
 * core to the other thread where two threads share one.
 */
export const looks = { paused: 10_000, unpaused: 100_000 } as const;

/**
 * The program of a worker: it takes its mailboxes in turn, waits for one to be filled, does its
 * calls and says so. Of calls in the common memory it does those that no other thread has claimed.
 * It is text, so that nothing has to be found beside a bundle.
 */
const serve = `
function serve({ mailboxes, common }) {
  const executables = [];
  const looks = Atomics.pause ? ${looks.paused} : ${looks.unpaused};
  const { starting, free, full, busy, done, failed, stop } = ${JSON.stringify(mailboxState)};
  // Unless it has been stopped.
  for (const { words } of mailboxes) Atomics.compareExchange(words, 0, starting, free);
  for (let i = 0;;) {
    const { words } = mailboxes[i];
    for (let state, look = 0; (state = Atomics.load(words, 0)) !== full;) {
      if (state === stop) return;
      if (look++ > looks) Atomics.wait(words, 0, state);
      else Atomics.pause?.();
    }
    if (Atomics.compareExchange(words, 0, full, busy) !== full) continue; // taken back
    let end = failed;
    try {
      const [, id, bytes, calls, isCommon] = words;
      const slot = id % ${executableSlots};
      if (bytes > 0) {
        const code = new Uint8Array(words.buffer, ${4 * (headWords + callWords)}, bytes);
        const module = new WebAssembly.Module(code.slice());
        executables[slot] = [...mailboxes, common].map(({ memory }) =>
          Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports));
      }
      for (let call = 0, at = ${headWords}; call < calls; call++) {
        const next = at + 2 + words[at + 1];
        if (!isCommon || Atomics.exchange(common.claims, call, 1) === 0) {
          const functions = executables[slot][isCommon ? mailboxes.length : i];
          functions[words[at]](...words.subarray(at + 2, next));
        }
        at = next;
      }
      end = done;
    } catch {}
    Atomics.store(words, 0, end);
    Atomics.notify(words, 0);
    i = (i + 1) % mailboxes.length;
  }
}
`;

/** The script of a worker, by how it receives its mailboxes. */
export const workerSource: { readonly node: string; readonly web: string } = {
  node: `${serve} serve(require("node:worker_threads").workerData);`,
  web: `${serve} onmessage = ({ data }) => { serve(data); close(); };`,
};
