import { checkTensor } from "./check_tensor.ts";
import type { NestedNumbers } from "./read_numbers.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The numbers of a tensor on the CPU as nested arrays, row by row, for tables, JSON and other
 * libraries: `tensor` takes them back. A scalar is a number.
 *
 * @throws {TypeError} if x is no tensor, or is not on the CPU.
 *
 * @example
 * ```ts
 * import { nestedNumbers, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = nestedNumbers(tensor([1, 2, 3, 4, 5, 6], [3, 2]));
 * assertEquals(JSON.stringify(rows), "[[1,2],[3,4],[5,6]]"); // or console.table(rows)
 * ```
 */
export function nestedNumbers(x: Tensor): NestedNumbers {
  checkTensor("nestedNumbers", "x", x);
  const { shape } = x;
  const data = x.dataSync();
  let next = 0;
  const at = (axis: number): NestedNumbers =>
    axis === shape.length ? data[next++] : Array.from({ length: shape[axis] }, () => at(axis + 1));
  return at(0);
}
