import { codeAt, headWords, slotState, workerSource, workerState } from "./worker_source.ts";

/** Words that workers share, with a call that fails, or none. */
function sharedWords(hasCall: boolean): Int32Array {
  const words = new Int32Array(new SharedArrayBuffer(4 * codeAt));
  if (hasCall) words[headWords] = slotState.posted; // There is no code.
  return words;
}

/**
 * Runs the program of a worker in this thread, and stops it before its n-th operation on shared
 * memory as `PooledWorker` does, or before it sleeps.
 *
 * @throws {Error} if it sleeps then.
 */
function runAndStop(words: Int32Array, n: number): void {
  const status = new Int32Array(new SharedArrayBuffer(4));
  const stop = () => {
    Atomics.store(status, 0, workerState.stopped);
    Atomics.add(words, 0, 1);
  };
  let count = 0;
  const counted = <A extends unknown[], R>(operation: (...args: A) => R) => (...args: A): R => {
    if (count++ === n) stop();
    return operation(...args);
  };
  const operations = {
    load: counted(Atomics.load),
    store: counted(Atomics.store),
    compareExchange: counted(Atomics.compareExchange),
    notify: counted(Atomics.notify),
    pause: () => {},
    wait: (array: Int32Array, at: number, value: number) => {
      if (count < n && n < Infinity) stop();
      count = Math.max(count, n) + 1;
      if (Atomics.load(array, at) === value) throw new Error("It sleeps, and nobody wakes it");
    },
  };
  const require = () => ({ workerData: { words, memories: [], status } });
  new Function("require", "Atomics", workerSource.node)(require, operations);
}

Deno.test("a worker that is stopped doesn't sleep, whatever it is about to do then", () => {
  for (const hasCall of [false, true]) {
    for (let n = 0; n < 100; n++) runAndStop(sharedWords(hasCall), n);
    runAndStop(sharedWords(hasCall), 1e9); // as it falls asleep
  }
});

Deno.test("a worker whose call has failed ends by itself", () => {
  runAndStop(sharedWords(true), Infinity);
});
