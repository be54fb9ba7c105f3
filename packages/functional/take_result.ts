import { describe, fail } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";

/**
 * Checks the result of a layer's step or of its `multiStep`, which anybody may have written, and
 * returns it.
 *
 * @param action What is being done, for messages: `run sequential`.
 * @throws {TypeError} if it is not a state with a tensor.
 *
 * @example
 * ```ts
 * import { linear, takeResult } from "@spikeloop/functional";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = linear({ inFeatures: 2, outFeatures: 3 });
 * const result = layer.multiStep(layer.init(key(0)), layer.initialState(1), ones([4, 1, 2]));
 * const [, ySeq] = takeResult("run my network", result);
 * assertEquals(ySeq.shape, [4, 1, 3]);
 * ```
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
