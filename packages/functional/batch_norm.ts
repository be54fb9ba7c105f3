import { sameShape, showShape } from "@spikeloop/backend";
import { checkOptions, describeOption, fail, takeCount, takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { takeKey } from "@spikeloop/random";
import { checkTensor, elementwise, full, mean, mul, sub, Tensor } from "@spikeloop/tensor";
import type { Layer, Tensors } from "./layer.ts";
import { freezeKnown } from "./known_layers.ts";
import { noState, takeNothing } from "./no_state.ts";
import { takeRunOptions } from "./run_options.ts";

/** The options of `batchNorm`. */
export interface BatchNormOptions {
  /** The extent of the last axis, F. */
  readonly features: number;
  /** The first weight γ; 1 if missing. Published for spiking actors: half the threshold. */
  readonly weight?: number;
  /** The first bias β; 0 if missing. Published for spiking actors: half the threshold. */
  readonly bias?: number;
  /** Keeps the deviation from 0; 1e-5 if missing. */
  readonly epsilon?: number;
}

/** A batch normalization; it holds no parameters. Its params are `weight` and `bias`, [F] each. */
export interface BatchNorm extends Layer<Tensors<"weight" | "bias">, Tensors<never>> {
  /** The function that made it. */
  readonly kind: "batch norm";
  /** F. */
  readonly inFeatures: number;
  /** Added to the variance. */
  readonly epsilon: number;
}

/** γ (x - mean) / √(variance + ε) + β */
const normalize = /* @__PURE__ */ elementwise(
  "batch norm",
  6,
  (x, mean, variance, epsilon, weight, bias) => {
    const deviation = e.sqrt(e.add(variance, epsilon));
    return e.add(e.mul(e.div(e.sub(x, mean), deviation), weight), bias);
  },
);

/** The mean and the population variance of [T, N, F] over steps and rows, [F] each. */
export function momentsOverTime(x: Tensor): { readonly mean: Tensor; readonly variance: Tensor } {
  const centre = mean(x, [0, 1]);
  const difference = sub(x, centre);
  return { mean: centre, variance: mean(mul(difference, difference), [0, 1]) };
}

/**
 * Makes a batch normalization between a linear layer and a population:
 *
 *     y = weight · (x - mean) / √(variance + ε) + bias
 *
 * with the mean and the variance of each feature over all steps and rows of the batch. So only
 * `multiStep` runs, with `{ training: true }`. To use the network, `calibrate` it and fold the
 * result into the linear layers with `foldBatchNorm`: one row alone then acts as it would among
 * many, and the layer costs nothing.
 *
 * Source: Ioffe and Szegedy, "Batch normalization", 2015; for spiking actors Xu et al.,
 * "CaRe-BN", 2026.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { batchNorm, linear, plain, sequential } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key, normal } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const net = sequential({
 *   fc: linear({ inFeatures: 3, outFeatures: 8 }),
 *   norm: batchNorm({ features: 8, weight: 0.5, bias: 0.5 }),
 *   hidden: plain(lif, { units: 8 }),
 * });
 * const x = normal(key(1), [4, 16, 3]);
 * const training = { training: true };
 * const [, spikes] = net.multiStep(net.init(key(0)), net.initialState(16), x, training);
 * assertEquals(spikes.shape, [4, 16, 8]);
 * ```
 */
export function batchNorm(options: BatchNormOptions): BatchNorm {
  const making = "make batchNorm";
  checkOptions(making, options, ["features", "weight", "bias", "epsilon"]);
  const features = takeCount(making, "features", options.features);
  const firsts = {
    weight: takeNumber(making, "weight", options.weight ?? 1),
    bias: takeNumber(making, "bias", options.bias ?? 0),
  };
  const epsilon = takeNumber(making, "epsilon", options.epsilon ?? 1e-5, { above: 0 });
  const action = "run batchNorm";
  const check = (params: Tensors) => {
    checkOptions(action, params, ["weight", "bias"], "parameter");
    for (const name of ["weight", "bias"] as const) {
      const x: unknown = params[name];
      if (x instanceof Tensor && sameShape(x.shape, [features])) continue;
      const found = x instanceof Tensor ? showShape(x.shape) : describeOption(x);
      fail(action, `${name} is ${found}, expected [${features}]`);
    }
  };
  return freezeKnown<BatchNorm>({
    kind: "batch norm",
    inFeatures: features,
    outFeatures: "same",
    epsilon,
    init: (key, placement) => {
      takeKey("make parameters", "the key", key);
      return {
        weight: full([features], firsts.weight, placement),
        bias: full([features], firsts.bias, placement),
      };
    },
    initialState: noState,
    bind: (params) => {
      check(params);
      return () =>
        fail(action, "it got one step, expected multiStep in training, or foldBatchNorm's network");
    },
    multiStep: (params, state, xSeq, options) => {
      check(params);
      takeNothing(action, "state", state);
      checkTensor("batchNorm", "the input", xSeq);
      if (xSeq.shape.length !== 3 || xSeq.shape[2] !== features) {
        const shape = showShape(xSeq.shape);
        fail(action, `the input has shape ${shape}, expected [T, N, ${features}]`);
      }
      if (!takeRunOptions(action, options).training) {
        fail(
          action,
          "training is not true, expected { training: true }, or foldBatchNorm's network",
        );
      }
      const { mean, variance } = momentsOverTime(xSeq);
      return [state, normalize(xSeq, mean, variance, epsilon, params.weight, params.bias)];
    },
  });
}
