import { hostArray, type MapKernel, sameShape, showShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { add, input, less, mul, select } from "@spikeloop/expr";
import { checkTensor } from "./check_tensor.ts";
import { commonBackend } from "./common_backend.ts";
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
 * @throws {TypeError} if an argument is no tensor, or their shapes or backends differ.
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
  checkTensor("maskedWeight", "weight", weight);
  checkTensor("maskedWeight", "factor", factor);
  commonBackend("maskedWeight", [weight, factor], ["weight", "factor"]);
  if (!sameShape(weight.shape, factor.shape)) {
    const shapes = `shapes ${showShape(weight.shape)} and ${showShape(factor.shape)}`;
    fail("run maskedWeight", `the weight and the factor have ${shapes}, expected the same`);
  }
  return scale(weight, isSigned ? scale(signOf(weight), factor) : factor);
}

/** x · factor, and 0 where the factor is 0. */
function scale(x: Tensor, factor: Tensor): Tensor {
  const { backend, shape } = x;
  const [storage] = backend.map === undefined
    ? [scaled(hostArray(x.storage), hostArray(factor.storage))]
    : backend.map(scaleKernel ??= makeScaleKernel(), [x, factor], shape);
  const tapeIndex = record([x], ([g]) => [g && scale(g, factor)]);
  return new Tensor(backend, storage, shape, false, tapeIndex);
}

// On the CPU these are loops: weights are few, and kernels would bring the code of maps along.

function scaled(numbers: Float32Array, factors: Float32Array): Float32Array {
  const result = new Float32Array(numbers.length);
  for (let i = 0; i < result.length; i++) {
    const product = numbers[i] * factors[i];
    const isHidden = product !== product && factors[i] === 0; // 0 · NaN and 0 · ∞
    result[i] = isHidden ? 0 : product + 0; // 0, and not -0, of negative numbers
  }
  return result;
}

/** -1, 0 or 1; NaN of NaN. A constant. */
function signOf(x: Tensor): Tensor {
  const { backend, shape } = x;
  const [storage] = backend.map === undefined
    ? [signs(hostArray(x.storage))]
    : backend.map(signKernel ??= makeSignKernel(), [x], shape);
  return new Tensor(backend, storage, shape);
}

function signs(numbers: Float32Array): Float32Array {
  const result = new Float32Array(numbers.length);
  for (let i = 0; i < result.length; i++) {
    const x = numbers[i];
    // Several times as fast as Math.sign, which branches.
    result[i] = x === x ? Number(x > 0) - Number(x < 0) : x;
  }
  return result;
}

let scaleKernel: MapKernel | undefined;
let signKernel: MapKernel | undefined;

function makeScaleKernel(): MapKernel {
  const [x, factor] = ["x", "factor"].map(input);
  return { inputs: ["x", "factor"], outputs: [select(factor, add(mul(x, factor), 0), 0)] };
}

function makeSignKernel(): MapKernel {
  const x = input("x");
  return { inputs: ["x"], outputs: [select(less(x, 0), -1, select(less(0, x), 1, x))] };
}
