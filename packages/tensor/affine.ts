import { checkSize, showShape, sizeOf } from "@spikeloop/backend";
import { checkOptions, fail, takeFlag } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { checkTensor } from "./check_tensor.ts";
import { commonBackend } from "./common_backend.ts";
import { operation } from "./elementwise.ts";
import { add, relu } from "./functions.ts";
import { longestProduct, matmul } from "./matmul.ts";
import { reshape } from "./reshape.ts";
import { runAffine, runAffineBackward } from "./run_skeletons.ts";
import { sumTo } from "./sum.ts";
import { isRecording, isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Options of `affine`. */
export interface AffineOptions {
  /** Whether sums that are not more than 0 become 0, as `relu` makes them; false if missing. */
  readonly relu?: boolean;
}

/** The cotangent of ReLU's argument, from its result. */
const behindRelu = /* @__PURE__ */ operation(
  "relu gradient",
  2,
  ([g, y]) => [e.select(e.lessEqual(y, 0), 0, g)],
);

/**
 * x · weightᵀ + bias, from [..., in], [out, in] and [out] to [..., out]. One pass computes it, with
 * the bits of `matmul`, `add` and `relu`.
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
  commonBackend("affine", [x, weight, bias], ["x", "weight", "bias"]);
  const [outputs, inputs] = weight.shape;
  if (
    weight.shape.length !== 2 || bias.shape.length !== 1 || bias.size !== outputs ||
    x.shape.at(-1) !== inputs
  ) {
    const shapes = [x, weight, bias].map((t) => showShape(t.shape));
    fail(
      "run affine",
      `shapes ${shapes[0]}, ${shapes[1]} and ${shapes[2]}, expected [..., in], [out, in] and [out]`,
    );
  }
  checkOptions("run affine", options, ["relu"]);
  const cuts = takeFlag("run affine", "relu", options.relu ?? false);
  const { backend } = x;
  const lead = x.shape.slice(0, -1);
  const rows = sizeOf(lead);
  checkSize([...lead, outputs], "affine");
  const spec = {
    batch: 1,
    m: rows,
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
  const shape = [...lead, outputs];
  const needs = [x, weight, bias].map(isTracked);
  const place = record([x, weight, bias], ([g]) => {
    if (g === undefined) return [];
    if (!isRecording() && rows <= longestProduct && outputs <= longestProduct) {
      const together = runAffineBackward(backend, spec, {
        a: x.storage,
        b: weight.storage,
        relu: cuts ? storage : undefined,
        cotangent: g.storage,
      }, { a: needs[0], b: needs[1], bias: needs[2] });
      if (together !== undefined) {
        return [together.a, together.b, together.bias].map((result, i) =>
          result && new Tensor(backend, result, [x, weight, bias][i].shape)
        );
      }
    }
    const before = cuts ? behindRelu([g, new Tensor(backend, storage, shape)])[0] : g;
    const slopes = reshape(before, [rows, outputs]);
    return [
      needs[0] ? reshape(matmul(slopes, weight), x.shape) : undefined,
      needs[1] ? matmul(slopes, reshape(x, [rows, inputs]), { transposeA: true }) : undefined,
      needs[2] ? sumTo(slopes, bias.shape) : undefined,
    ];
  });
  return new Tensor(backend, storage, shape, false, place);
}
