import { refuse } from "@spikeloop/errors";
import type { Tensor } from "./tensor.ts";

/**
 * Checks that a tensor holds integers from 0 up to, not including, `count`.
 *
 * @param noun One of them in messages: `a label`.
 * @param kind What it is expected to be, likewise.
 * @returns Whether it could be read; a tensor on a GPU cannot.
 * @throws {RangeError} if one is anything else.
 *
 * @example
 * ```ts
 * import { checkIndices, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(checkIndices("look up", "a label", tensor([2, 0]), 3));
 * ```
 */
export function checkIndices(
  operation: string,
  noun: string,
  indices: Tensor,
  count: number,
  kind = "an integer",
): boolean {
  const values = indices.backend.readSync?.(indices.storage);
  if (values === undefined) return false;
  const wrong = values.find((i) => !(Number.isInteger(i) && i >= 0 && i < count));
  if (wrong !== undefined) {
    refuse(
      `run ${operation}`,
      noun,
      wrong,
      count === 0 ? "none, as there are 0" : `${kind} from 0 to ${count - 1}`,
      RangeError,
    );
  }
  return true;
}
