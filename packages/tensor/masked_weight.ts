import { hostArray, type MapKernel, sameShape, showShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { add, less, makeInput, mul, select } from "@spikeloop/expr";
import { record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * The weights that a connection has, made of those that are learned:
 *
 *     factor · weight      or, where `isSigned`,      factor · |weight|
 *
 * It is 0, and gets no gradient, where the factor is 0, also where the weight is not finite. For
 * packages that connect units: a program that uses nothing else of the elementwise operations
 * bundles none of them. Both tensors have the same shape. No gradient flows to the factors.
 *
 * @throws {TypeError} if the shapes of weight and factor differ.
 *
 * @example
 * ```ts
 * import { maskedWeight, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const effective = maskedWeight(tensor([-2, 3, NaN]), tensor([1, -1, 0]), true);
 * assertEquals([...effective.dataSync()], [2, -3, 0]);
 * ```
 */
export function maskedWeight(weight: Tensor, factor: Tensor, isSigned: boolean): Tensor {
  if (!sameShape(weight.shape, factor.shape)) {
    const shapes = `shapes ${showShape(weight.shape)} and ${showShape(factor.shape)}`;
    fail("run maskedWeight", `the weight and the factor have ${shapes}, expected the same`);
  }
  return scale(weight, factor, isSigned ? weight : undefined);
}

/** x · factor, times the signs of a third tensor if there is one; 0 where one of these is 0. */
function scale(x: Tensor, factor: Tensor, signs: Tensor | undefined): Tensor {
  const { backend, shape } = x;
  // On the CPU it is a loop: weights are few, and kernels would bring the code of maps along.
  const [storage] = backend.map === undefined
    ? [scaled(hostArray(x.storage), hostArray(factor.storage), signs && hostArray(signs.storage))]
    : backend.map(kernel ??= makeKernel(), [x, factor, signs ?? 1], shape);
  const tapeIndex = record([x], ([g]) => [g && scale(g, factor, signs)]);
  return new Tensor(backend, storage, shape, false, tapeIndex);
}

function scaled(
  numbers: Float32Array,
  factors: Float32Array,
  signs: Float32Array | undefined,
): Float32Array {
  const result = new Float32Array(numbers.length);
  for (let i = 0; i < result.length; i++) {
    const factor = signs === undefined ? factors[i] : factors[i] * signOf(signs[i]);
    const product = numbers[i] * factor;
    // 0 · NaN and 0 · ∞
    const isHidden = product !== product && (factor === 0 || factors[i] === 0);
    result[i] = isHidden ? 0 : product + 0; // 0, and not -0, of negative numbers
  }
  return result;
}

/** Several times as fast as Math.sign, which branches. */
const signOf = (x: number) => x === x ? Number(x > 0) - Number(x < 0) : x;

let kernel: MapKernel | undefined;

function makeKernel(): MapKernel {
  const inputs = ["x", "factor", "signs"];
  const [x, f, s] = inputs.map(makeInput);
  const signs = select(less(s, 0), -1, select(less(0, s), 1, s));
  const factor = select(f, mul(f, signs), 0);
  return { inputs, outputs: [select(factor, add(mul(x, factor), 0), 0)] };
}
