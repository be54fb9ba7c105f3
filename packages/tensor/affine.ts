import { checkSize, type MatmulSpec, showShape, type Storage } from "@spikeloop/backend";
import { checkOptions, fail, takeFlag } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { checkTensor } from "./check_tensor.ts";
import { commonBackend } from "./common_backend.ts";
import { operation } from "./elementwise.ts";
import { add, relu } from "./functions.ts";
import { longestProduct, matmul, product } from "./matmul.ts";
import { withShape } from "./reshape.ts";
import { runAffine, runAffineBackward } from "./run_skeletons.ts";
import { sumTo } from "./sum.ts";
import type { Inputs } from "./gradient_rules.ts";
import { isWalked } from "./recording.ts";
import { isRecording, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Options of `affine`. */
export interface AffineOptions {
  /** Whether sums that are not more than 0 become 0, as `relu` makes them; false if missing. */
  readonly relu?: boolean;
}

const operandNames = ["x", "weight", "bias"];
const optionNames = ["relu"];

/** The cotangent of ReLU's argument, from its result. */
const behindRelu = /* @__PURE__ */ operation(
  "relu gradient",
  2,
  ([g, y]) => [e.select(e.lessEqual(y, 0), 0, g)],
);

/**
 * x · weightᵀ + bias, from [..., in], [out, in] and [out] to [..., out]. One pass computes it, with
 * the bits of `matmul`, `add` and `relu`. Like `matmul`, it may skip the zeros of a binary x.
 *
 * @throws {TypeError} if an argument is no tensor, or a shape does not fit.
 * @throws {TypeError} if the arguments are on several backends.
 * @throws {TypeError} if an option is unknown or of the wrong kind.
 *
 * @example
 * ```ts
 * import { affine, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const y = affine(tensor([[1, 2]]), tensor([[3, 4], [5, 6], [7, 8]]), tensor([100, 200, 300]));
 * assert(y.dataSync().join() === "111,217,323");
 * ```
 */
export function affine(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  options: AffineOptions = {},
): Tensor {
  checkTensor("affine", "x", x);
  checkTensor("affine", "weight", weight);
  checkTensor("affine", "bias", bias);
  const operands = [x, weight, bias];
  commonBackend("affine", operands, operandNames);
  const [outputs, inputs] = weight.shape;
  if (
    weight.shape.length !== 2 || bias.shape.length !== 1 || bias.size !== outputs ||
    x.shape.at(-1) !== inputs
  ) {
    const shapes = operands.map((t) => showShape(t.shape));
    fail(
      "run affine",
      `shapes ${shapes[0]}, ${shapes[1]} and ${shapes[2]}, expected [..., in], [out, in] and [out]`,
    );
  }
  checkOptions("run affine", options, optionNames);
  const cuts = takeFlag("run affine", "relu", options.relu ?? false);
  const { backend } = x;
  const shape = [...x.shape];
  shape[shape.length - 1] = outputs;
  checkSize(shape, "affine");
  const spec: MatmulSpec = {
    batch: 1,
    m: x.size / inputs, // which is not 0 where it counts
    k: inputs,
    n: outputs,
    transposeA: false,
    transposeB: true,
    sharedA: false,
    sharedB: false,
    binaryA: x.binary,
    binaryB: weight.binary,
  };
  const storage = inputs === 0 || inputs > longestProduct
    ? undefined
    : runAffine(backend, spec, x.storage, weight.storage, bias.storage, cuts);
  if (storage === undefined) {
    return cuts
      ? relu(affine(x, weight, bias))
      : add(matmul(x, weight, { transposeB: true }), bias);
  }
  const tapeIndex = record(operands, pullAffineBack, false, {
    spec,
    relu: cuts ? storage : undefined,
  });
  return new Tensor(backend, storage, shape, false, tapeIndex);
}

/** Data of a call, for its pullback. */
interface AffineCall {
  readonly spec: MatmulSpec;
  /** The result, if ReLU made it. */
  readonly relu: Storage | undefined;
}

function pullAffineBack(
  [g]: readonly (Tensor | undefined)[],
  inputs: Inputs,
  { spec, relu }: AffineCall,
): readonly (Tensor | undefined)[] {
  if (g === undefined) return [];
  const [x, weight, bias] = inputs as readonly Tensor[];
  const wants = { a: isWalked(x), b: isWalked(weight), bias: isWalked(bias) };
  const { backend } = x;
  const { m, k, n } = spec;
  if (!isRecording() && m <= longestProduct && n <= longestProduct) {
    const record = { a: x.storage, b: weight.storage, relu, cotangent: g.storage };
    const together = runAffineBackward(backend, spec, record, wants);
    if (together !== undefined) {
      return [
        together.a && new Tensor(backend, together.a, x.shape),
        together.b && new Tensor(backend, together.b, weight.shape),
        together.bias && new Tensor(backend, together.bias, bias.shape),
      ];
    }
  }
  const before = relu ? behindRelu([g, new Tensor(backend, relu, g.shape)])[0] : g;
  const slopes = withShape(before, [m, n]);
  return [
    wants.a ? withShape(product(slopes, weight, false, false), x.shape) : undefined,
    wants.b ? product(slopes, withShape(x, [m, k]), true, false) : undefined,
    wants.bias ? sumTo(slopes, bias.shape) : undefined,
  ];
}
