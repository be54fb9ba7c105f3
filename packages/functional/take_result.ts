// The results of layers, of which anybody may have written the functions.
import { describe, fail } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";

/**
 * Checks the result of a layer's step or of its `multiStep`.
 *
 * @throws {TypeError} if it is not a state with a tensor.
 */
export function takeResult<S>(action: string, result: readonly [S, Tensor]): readonly [S, Tensor] {
  const value: unknown = result;
  if (!Array.isArray(value)) {
    return fail(action, `the layer returned ${describe(value)}, expected [state, y]`);
  }
  if (value[1] instanceof Tensor) return result;
  const problem = `the layer returned [state, y] with y ${describe(value[1])}, expected a tensor`;
  return fail(action, problem);
}
