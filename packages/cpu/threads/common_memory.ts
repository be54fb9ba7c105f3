import { mostPages } from "./runtime.ts";

/** The most calls that threads do together. */
export const mostClaims = 32;

function makeCommonMemory() {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: mostPages, shared: true });
  return {
    memory,
    floats: new Float32Array(memory.buffer),
    /** For each of the calls that threads do together: 1 once a thread has begun it. */
    claims: new Int32Array(new SharedArrayBuffer(4 * mostClaims)),
  };
}

let common: ReturnType<typeof makeCommonMemory> | undefined;

/** The memory in which this thread and workers do the calls of one product together. */
export function commonMemory(): ReturnType<typeof makeCommonMemory> {
  return common ??= makeCommonMemory();
}
