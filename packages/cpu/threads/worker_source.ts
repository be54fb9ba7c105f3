/** The states of a worker. */
export const workerState = { starting: 0, ready: 1, failed: 2, stopped: 3 } as const;

/** The states of a slot: a call is `posted` until a thread claims it. */
export const slotState = { free: 0, posted: 1, busy: 2, done: 3, failed: 4 } as const;

/** How many calls can wait or run at a time. */
export const slotCount = 32;

/**
 * Words before those of slots: a number that changes when a worker has to look up; the number of
 * the executable, and the bytes of its module, which lie behind the slots.
 */
export const headWords = 3;

/** Words of a slot: its state; the places of memory and function, how many arguments, and these. */
export const slotWords = 20;

/** How many executables a worker keeps. */
const executableCount = 64;

/** Where the code lies, in words. */
export const codeAt: number = headWords + slotCount * slotWords;

/**
 * How often a thread looks before it sleeps, with pauses or without, some 0.5 ms: an update of
 * training has shared work that often, and to wake a thread costs a tenth of that. Pauses leave the
 * core to the other thread where two threads share one.
 */
export const looks = { paused: 10_000, unpaused: 100_000 } as const;

/**
 * The program of a worker: it becomes ready unless it has been stopped, does each call that it is
 * first to claim, and says so. It is text, so that nothing has to be found beside a bundle.
 */
const serve = `
function serve({ words, memories, status }) {
  const executables = [];
  const worker = ${JSON.stringify(workerState)};
  const slot = ${JSON.stringify(slotState)};
  const most = Atomics.pause ? ${looks.paused} : ${looks.unpaused};
  Atomics.compareExchange(status, 0, worker.starting, worker.ready);
  const functionsOf = (place) => {
    const [, id, bytes] = words;
    const known = executables[id % ${executableCount}];
    if (known?.id === id) return known.of(place);
    const instances = [];
    const code = new WebAssembly.Module(new Uint8Array(words.buffer, ${4 * codeAt}, bytes).slice());
    const of = (place) => instances[place] ??= Object.values(
      new WebAssembly.Instance(code, { env: { memory: memories[place] } }).exports,
    );
    executables[id % ${executableCount}] = { id, of };
    return of(place);
  };
  const isReady = () => Atomics.load(status, 0) === worker.ready;
  while (isReady()) {
    const turn = Atomics.load(words, 0);
    for (let at = ${headWords}; at < ${codeAt}; at += ${slotWords}) {
      if (Atomics.compareExchange(words, at, slot.posted, slot.busy) !== slot.posted) continue;
      let end = slot.failed;
      try {
        const args = words.subarray(at + 4, at + 4 + words[at + 3]);
        functionsOf(words[at + 1])[words[at + 2]](...args);
        end = slot.done;
      } catch {
        Atomics.store(status, 0, worker.failed);
      }
      Atomics.store(words, at, end);
      Atomics.notify(words, at);
    }
    for (let look = 0; Atomics.load(words, 0) === turn && isReady(); look++) {
      if (look > most) Atomics.wait(words, 0, turn);
      else Atomics.pause?.();
    }
  }
}
`;

/** The script of a worker, by how it receives what it shares. */
export const workerSource: { readonly node: string; readonly web: string } = {
  node: `${serve} serve(require("node:worker_threads").workerData);`,
  web: `${serve} onmessage = ({ data }) => { serve(data); close(); };`,
};
