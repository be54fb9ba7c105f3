import { checkOptions, describeOption, fail, takeCount, takeFlag } from "@spikeloop/errors";
import { affine, checkTensor, matmul, Tensor } from "@spikeloop/tensor";
import { sameShape, type Shape, showShape } from "@spikeloop/backend";
import type { Key } from "@spikeloop/random";
import { freezeKnown } from "./known_layers.ts";
import { initUniform, type WeightNames } from "./init_uniform.ts";
import type { Layer, Placement, Tensors } from "./layer.ts";
import { noState, takeNothing } from "./no_state.ts";
import { takeRunOptions } from "./run_options.ts";

/** The options of `linear`. */
export interface LinearOptions<B extends boolean = boolean> {
  /** The extent of the last axis of the input. */
  readonly inFeatures: number;
  /** The extent of the last axis of the output. */
  readonly outFeatures: number;
  /** Whether it adds a bias. True if missing. */
  readonly bias?: B;
}

/**
 * A linear layer; it holds no parameters. Its params are `weight` [outFeatures, inFeatures], as
 * PyTorch stores it, and unless it has none `bias` [outFeatures].
 */
export interface Linear<P extends string = "weight" | "bias">
  extends Layer<Tensors<P>, Tensors<never>> {
  /** The extent of the last axis of the input. */
  readonly inFeatures: number;
  /** The extent of the last axis of the output. */
  readonly outFeatures: number;
  /**
   * Draws parameters, all U(-1/√inFeatures, 1/√inFeatures) as in `torch.nn.Linear`, the weight
   * first.
   */
  init(key: Key, placement?: Placement): Tensors<P>;
  /**
   * Computes x · weightᵀ + bias, from [..., inFeatures] to [..., outFeatures].
   *
   * @throws {TypeError} if a shape does not fit, or tensors are on different backends.
   */
  apply(params: Tensors<P>, x: Tensor): Tensor;
}

/**
 * Makes a linear layer, y = x · weightᵀ + bias. It has no state, and `multiStep` is one product
 * over all steps. If x holds spikes, backends may skip its zeros, also where a weight is NaN.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { linear } from "@spikeloop/functional";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = linear({ inFeatures: 3, outFeatures: 2 });
 * const params = layer.init(key(0));
 * const [, ySeq] = layer.multiStep(params, layer.initialState(4), ones([5, 4, 3]));
 * assertEquals(ySeq.shape, [5, 4, 2]);
 * assertEquals(layer.apply(params, ones([3])).shape, [2]);
 * ```
 */
export function linear<const B extends boolean = true>(
  options: LinearOptions<B>,
): Linear<WeightNames<NoInfer<B>>> {
  const action = "make linear";
  checkOptions(action, options, ["inFeatures", "outFeatures", "bias"]);
  const inFeatures = takeCount(action, "inFeatures", options.inFeatures);
  const outFeatures = takeCount(action, "outFeatures", options.outFeatures);
  const hasBias = options.bias === undefined || takeFlag(action, "bias", options.bias);
  const shapes = { weight: [outFeatures, inFeatures], bias: [outFeatures] };
  const known = hasBias ? ["weight", "bias"] as const : ["weight"] as const;

  const check = (params: Tensors) => {
    checkOptions("run linear", params, known, "parameter");
    for (const name of known) {
      const value: unknown = params[name];
      if (value instanceof Tensor && sameShape(value.shape, shapes[name])) continue;
      const description = value instanceof Tensor ? showShape(value.shape) : describeOption(value);
      fail("run linear", `${name} is ${description}, expected ${showShape(shapes[name])}`);
    }
  };

  /** Runs with params that have been checked, on an input with `axes`, or any if missing. */
  const run = (params: Tensors, x: Tensor, axes?: readonly string[]): Tensor => {
    checkTensor("linear", "the input", x);
    if (x.shape.at(-1) !== inFeatures || (axes && x.shape.length <= axes.length)) {
      const expected = [...axes ?? ["..."], inFeatures].join(", ");
      const hint = flatteningOf(x.shape, inFeatures);
      fail(
        "run linear",
        `the input has shape ${showShape(x.shape)}, expected [${expected}]${hint}`,
      );
    }
    return hasBias
      ? affine(x, params.weight, params.bias)
      : matmul(x, params.weight, { transposeB: true });
  };

  return freezeKnown<Linear<string>>({
    kind: "linear",
    inFeatures,
    outFeatures,
    init: (key, placement) => {
      const { bias, ...rest } = initUniform(key, inFeatures, shapes, placement);
      return hasBias ? { ...rest, bias } : rest;
    },
    initialState: noState,
    bind: (params) => {
      check(params);
      return (state, x, options) => {
        takeRunOptions("run linear", options);
        takeNothing("run linear", "state", state);
        return [state, run(params, x, ["N"])];
      };
    },
    multiStep: (params, state, xSeq, options) => {
      takeRunOptions("run linear", options);
      takeNothing("run linear", "state", state);
      check(params);
      return [state, run(params, xSeq, ["T", "N"])];
    },
    apply: (params, x) => {
      check(params);
      return run(params, x);
    },
    rowParts: (params) => {
      check(params);
      return [{ kind: "linear", weight: params.weight, bias: params.bias }];
    },
  }) as Linear<WeightNames<NoInfer<B>>>;
}

/** Says for messages how rows of several axes, such as pictures, become rows of features. */
function flatteningOf(shape: Shape, inFeatures: number): string {
  let size = 1;
  for (let axis = shape.length - 1; axis > 0; axis--) {
    size *= shape[axis];
    if (size !== inFeatures || axis === shape.length - 1) continue;
    return `; make one axis of the last ${shape.length - axis} with reshape`;
  }
  return "";
}
