import { checkOptions, describeOption, fail, takeCount } from "@spikeloop/errors";
import { affine, checkTensor, Tensor } from "@spikeloop/tensor";
import { sameShape, showShape } from "@spikeloop/backend";
import type { Key } from "@spikeloop/random";
import { initUniform } from "./init_uniform.ts";
import type { Placement } from "./population.ts";

/** The options of `linear`. */
export interface LinearOptions {
  /** The extent of the last axis of the input. */
  readonly inFeatures: number;
  /** The extent of the last axis of the output. */
  readonly outFeatures: number;
}

/** The parameters of a linear layer. */
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
  /**
   * Draws parameters, both U(-1/√inFeatures, 1/√inFeatures) as in `torch.nn.Linear`, the weight
   * first.
   */
  init(key: Key, options?: Placement): LinearParams;
  /**
   * Computes x · weightᵀ + bias, from [..., inFeatures] to [..., outFeatures].
   *
   * @throws {TypeError} if a shape does not fit, or tensors are on different backends.
   */
  apply(params: LinearParams, x: Tensor): Tensor;
}

/**
 * Makes a linear layer, y = x · weightᵀ + bias. If x holds spikes, backends may skip its zeros.
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
  const inFeatures = takeCount("make linear", "inFeatures", options.inFeatures);
  const outFeatures = takeCount("make linear", "outFeatures", options.outFeatures);
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
          const description = value instanceof Tensor
            ? showShape(value.shape)
            : describeOption(value);
          fail("run linear", `${name} is ${description}, expected ${showShape(shapes[name])}`);
        }
      }
      if (x.shape.at(-1) !== inFeatures) {
        fail(
          "run linear",
          `the input has shape ${showShape(x.shape)}, expected [..., ${inFeatures}]`,
        );
      }
      return affine(x, params.weight, params.bias);
    },
  });
}
