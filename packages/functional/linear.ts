import { checkOptions, describe } from "@spikeloop/errors";
import { affine, checkTensor, Tensor } from "@spikeloop/tensor";
import { sameShape, showShape } from "@spikeloop/backend";
import type { Key } from "@spikeloop/random";
import { checkInteger } from "./check.ts";
import { initUniform } from "./init_uniform.ts";
import type { Placement } from "./population.ts";

/** What `linear` takes. */
export interface LinearOptions {
  /** The extent of the last axis of the input. */
  readonly inFeatures: number;
  /** The extent of the last axis of the output. */
  readonly outFeatures: number;
}

/** What a linear layer learns. */
export type LinearParams = {
  /** [outFeatures, inFeatures], as PyTorch stores it. */
  readonly weight: Tensor;
  /** [outFeatures]. */
  readonly bias: Tensor;
};

/** A linear layer; it holds no parameters. */
export interface Linear {
  /** The extent of the last axis of the input. */
  readonly inFeatures: number;
  /** The extent of the last axis of the output. */
  readonly outFeatures: number;
  /** Fresh parameters, both U(-1/√inFeatures, 1/√inFeatures) as in `torch.nn.Linear`, the weight drawn first. */
  init(key: Key, options?: Placement): LinearParams;
  /**
   * x · weightᵀ + bias: [..., inFeatures] to [..., outFeatures].
   *
   * @throws {TypeError} if a shape does not fit, or tensors are on different backends.
   */
  apply(params: LinearParams, x: Tensor): Tensor;
}

/**
 * A linear layer, y = x · weightᵀ + bias. Where x holds spikes, backends may skip its zeros.
 *
 * @throws {TypeError} if an option is unknown or missing.
 * @throws {RangeError} if a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { linear } from "@spikeloop/functional";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const layer = linear({ inFeatures: 3, outFeatures: 2 });
 * const params = layer.init(key(0));
 * assert(layer.apply(params, ones([5, 4, 3])).shape.join() === "5,4,2");
 * ```
 */
export function linear(options: LinearOptions): Linear {
  checkOptions("make linear", options, ["inFeatures", "outFeatures"]);
  const { inFeatures, outFeatures } = options;
  checkInteger("linear", "inFeatures", inFeatures, 1);
  checkInteger("linear", "outFeatures", outFeatures, 1);
  const shapes = { weight: [outFeatures, inFeatures], bias: [outFeatures] };
  return Object.freeze<Linear>({
    inFeatures,
    outFeatures,
    init: (key, placement) => initUniform(key, inFeatures, shapes, placement),
    apply: (params, x) => {
      checkTensor("linear", "the input", x);
      for (const name of ["weight", "bias"] as const) {
        const value: unknown = params?.[name];
        if (!(value instanceof Tensor) || !sameShape(value.shape, shapes[name])) {
          const given = value instanceof Tensor ? showShape(value.shape) : describe(value);
          throw new TypeError(
            `Cannot run linear: ${name} is ${given}, expected ${showShape(shapes[name])}`,
          );
        }
      }
      if (x.shape.at(-1) !== inFeatures) {
        throw new TypeError(
          `Cannot run linear: the input has shape ${
            showShape(x.shape)
          }, expected [..., ${inFeatures}]`,
        );
      }
      return affine(x, params.weight, params.bias);
    },
  });
}
