import { checkTensor } from "./check_tensor.ts";
import { commonBackend } from "./common_backend.ts";
import { add } from "./functions.ts";
import { matmul } from "./matmul.ts";
import { showShape, sizeOf } from "@spikeloop/backend";
import { runAffine } from "./run_skeletons.ts";
import { reshape } from "./reshape.ts";
import { sumTo } from "./sum.ts";
import { isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * x · weightᵀ + bias: [..., in] with weight [out, in] and bias [out] to [..., out]. It has the bits of `matmul` and
 * `add`, in one pass.
 *
 * @throws {TypeError} if a shape does not fit, something is not a tensor, or one is on another backend.
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
export function affine(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  checkTensor("affine", "x", x);
  checkTensor("affine", "weight", weight);
  checkTensor("affine", "bias", bias);
  commonBackend("affine", [x, weight, bias]);
  const [outputs, inputs] = weight.shape;
  if (
    weight.shape.length !== 2 || bias.shape.length !== 1 || bias.size !== outputs ||
    x.shape.at(-1) !== inputs
  ) {
    throw new TypeError(
      `Cannot run affine: shapes ${showShape(x.shape)}, ${showShape(weight.shape)} and ${
        showShape(bias.shape)
      }, expected [..., in], [out, in] and [out]`,
    );
  }
  const { backend } = x;
  const lead = x.shape.slice(0, -1);
  const rows = sizeOf(lead);
  const spec = {
    ...{ batch: 1, m: rows, k: inputs, n: outputs, transposeA: false, transposeB: true },
    ...{ sharedA: false, sharedB: false, binaryA: x.binary, binaryB: weight.binary },
  };
  const storage = inputs === 0
    ? undefined
    : runAffine(backend, spec, x.storage, weight.storage, bias.storage);
  if (storage === undefined) return add(matmul(x, weight, { transposeB: true }), bias);
  const needs = [x, weight, bias].map(isTracked);
  const node = record("affine", [x, weight, bias], ([g]) => {
    if (g === undefined) return [];
    const slopes = reshape(g, [rows, outputs]);
    return [
      needs[0] ? reshape(matmul(slopes, weight), x.shape) : undefined,
      needs[1] ? matmul(slopes, reshape(x, [rows, inputs]), { transposeA: true }) : undefined,
      needs[2] ? sumTo(slopes, bias.shape) : undefined,
    ];
  });
  return new Tensor(backend, storage, [...lead, outputs], { node });
}
