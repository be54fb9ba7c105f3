import { garbageCollector } from "./collect_garbage.ts";

/**
 * Bytes of objects that a call makes once its code is compiled, which engines do when they like:
 * the first count that is at most `most`, or else the least.
 */
export async function bytesOf(run: () => unknown, most: number): Promise<number> {
  const collect = await garbageCollector();
  const calls = 100;
  let least = Infinity;
  for (let round = 0; round < 100 && least > most; round++) {
    for (let i = 0; i < 2000; i++) run();
    await new Promise((resolve) => setTimeout(resolve)); // compilers finish
    collect();
    const before = Deno.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i++) run();
    least = Math.min(least, (Deno.memoryUsage().heapUsed - before) / calls);
  }
  return least;
}
