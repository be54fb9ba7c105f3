import { watchFreed } from "@spikeloop/cpu";

/**
 * Runs `f` such that gradients use the memory of all their intermediate results again, however
 * small, and overwrites that memory with NaN as soon as it is free.
 *
 * @returns The result of `f`, and how many times memory became free.
 */
export function spoilFreed<R>(f: () => R): { result: R; count: number } {
  let count = 0;
  watchFreed((numbers) => {
    numbers.fill(NaN);
    count++;
  });
  try {
    const result = f();
    return { result, count };
  } finally {
    watchFreed(undefined);
  }
}
