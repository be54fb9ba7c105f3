import { showShape } from "@spikeloop/backend";
import { fail, isRecord, refuse } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import {
  add,
  checkTensor,
  elementwise,
  mul,
  reshape,
  type Tensor,
  type Tree,
} from "@spikeloop/tensor";
import { type BatchNorm, momentsOverTime } from "./batch_norm.ts";
import { computesAsKnown } from "./known_layers.ts";
import type { Layer, RunOptions, Tensors } from "./layer.ts";
import { type Linear, linear } from "./linear.ts";
import type { Layers, Network, NetworkParams } from "./network.ts";
import { sequential } from "./sequential.ts";

/** The statistics of the inputs of every batch normalization, by its name: [F] each. */
export type BatchStatistics = Readonly<
  Record<string, { readonly mean: Tensor; readonly variance: Tensor }>
>;

/** A layer of batch normalization, and the linear layer before it. */
export interface NormPair {
  readonly name: string;
  readonly norm: BatchNorm;
  readonly before: string;
  readonly linear: Linear;
}

/** Checks that a network is one of `sequential`, and computes as it does. */
function checkSequential(action: string, net: Network): void {
  if (net?.kind !== "sequential" || !isRecord(net.layers)) {
    refuse(action, "the network", net, "one made with sequential");
  }
  checkMaths(action, "the network", net);
}

/** Refuses a copy with other maths, which would be lost. */
function checkMaths(action: string, name: string, layer: Layer): void {
  if (computesAsKnown(layer)) return;
  fail(
    action,
    `${name} is a copy with another multiStep, initialState or layers, expected the original`,
  );
}

/** The batch normalizations of a network of `sequential`, each after a linear layer. */
export function pairsOf(action: string, net: Network): NormPair[] {
  checkSequential(action, net);
  const entries: [string, Layer][] = Object.entries(net.layers);
  return entries.flatMap(([name, layer], i) => {
    if (layer.kind !== "batch norm") return [];
    const [before, linear] = entries[i - 1] ?? [];
    if (before === undefined || linear?.kind !== "linear") {
      fail(action, `${name} is not after a linear layer`);
    }
    checkMaths(action, name, layer);
    checkMaths(action, before, linear);
    return [{ name, norm: layer as BatchNorm, before, linear: linear as Linear }];
  });
}

/**
 * Returns the mean and the variance of the inputs of every batch normalization in a network of
 * `sequential`, averaged over batches: the statistics that take those of a batch's place in
 * `foldBatchNorm`. Calibrate with inputs of now, as the parameters of before had others.
 *
 * @param batches Inputs [T, N, F], or a list of such.
 * @param options Options of the run, such as the key of a dropout.
 * @throws {TypeError} if the network is of another kind, has a batch normalization that is not
 * after a linear layer, or a shape does not fit.
 * @throws {TypeError} if it, or a layer to be folded, is a copy with another `multiStep`.
 *
 * @example
 * ```ts
 * import { batchNorm, calibrate, foldBatchNorm, linear, sequential } from "@spikeloop/functional";
 * import { key, normal } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const fc = linear({ inFeatures: 3, outFeatures: 2 });
 * const net = sequential({ fc, norm: batchNorm({ features: 2 }) });
 * const params = net.init(key(0));
 * const statistics = calibrate(net, params, normal(key(1), [4, 100, 3]));
 * const [plain, folded] = foldBatchNorm(net, params, statistics);
 * const step = plain.bind(folded); // single steps run
 * const [, y] = step(plain.initialState(1), normal(key(2), [1, 3]));
 * assertEquals(y.shape, [1, 2]);
 * ```
 */
export function calibrate<L extends Layers>(
  net: Network<L>,
  params: NetworkParams<L>,
  batches: Tensor | readonly Tensor[],
  options: RunOptions = {},
): BatchStatistics {
  const action = "calibrate a network";
  const own = net as unknown as Network;
  const pairs = pairsOf(action, own);
  const list = Array.isArray(batches) ? batches : [batches];
  if (list.length === 0) fail(action, "there are no batches, expected at least one");
  const share = 1 / list.length;
  const result: Record<string, { mean: Tensor; variance: Tensor }> = {};
  for (const xSeq of list as Tensor[]) {
    checkTensor("calibrate", "the input", xSeq);
    const state = own.initialState(xSeq.shape[1] ?? 0, { backend: xSeq.backend });
    const run = { ...options, training: true };
    const { layers } = own.inspect(params as NetworkParams<Layers>, state, xSeq, run);
    for (const { name, before } of pairs) {
      const moments = momentsOverTime(layers[before]);
      const [mean, variance] = [moments.mean, moments.variance].map((x) => mul(x, share));
      const sum = result[name];
      result[name] = sum === undefined
        ? { mean, variance }
        : { mean: add(sum.mean, mean), variance: add(sum.variance, variance) };
    }
  }
  return result;
}

/** weight / √(variance + ε) */
const gainOf = /* @__PURE__ */ elementwise(
  "gain",
  3,
  (weight, variance, epsilon) => e.div(weight, e.sqrt(e.add(variance, epsilon))),
);

/** (b - mean) · gain + bias */
const foldedBias = /* @__PURE__ */ elementwise(
  "folded bias",
  4,
  (b, mean, gain, bias) => e.add(e.mul(e.sub(b, mean), gain), bias),
);

/**
 * Folds every batch normalization of a network of `sequential` into the linear layer before it:
 *
 *     g = weight / √(variance + ε),   W' = g · W,   b' = g · (b - mean) + bias
 *
 * @param statistics Those of `calibrate`, or of PyTorch: the `running_mean` and the `running_var`
 * of each of its layers, with the `bias` and `weight` of that layer among the params.
 * @returns The network without batch normalizations, whose linear layers all have a bias, and its
 * params. It runs step by step as well.
 * @throws {TypeError} if the network is of another kind, has a batch normalization that is not
 * after a linear layer, or statistics are missing.
 * @throws {TypeError} if it, or a layer to be folded, is a copy with another `multiStep`.
 *
 * @example
 * ```ts
 * import { batchNorm, calibrate, foldBatchNorm, linear, sequential } from "@spikeloop/functional";
 * import { key, normal } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const net = sequential({
 *   fc: linear({ inFeatures: 3, outFeatures: 2 }),
 *   norm: batchNorm({ features: 2 }),
 * });
 * const params = net.init(key(0));
 * const statistics = calibrate(net, params, normal(key(1), [4, 100, 3]));
 * const [folded] = foldBatchNorm(net, params, statistics);
 * assertEquals(Object.keys(folded.layers), ["fc"]);
 * ```
 */
export function foldBatchNorm<L extends Layers>(
  net: Network<L>,
  params: NetworkParams<L>,
  statistics: BatchStatistics,
): [network: Network, params: NetworkParams<Layers>] {
  const own = net as unknown as Network;
  const pairs = pairsOf(folding, own);
  const folded = foldParams(own, pairs, params as NetworkParams<Layers>, statistics);
  return [withoutNorms(own, pairs), folded];
}

const folding = "fold batch normalizations";

/** The network that `foldBatchNorm` returns. */
export function withoutNorms(net: Network, pairs: readonly NormPair[]): Network {
  const layers: Record<string, Layer> = { ...net.layers };
  for (const { name, before, linear: { inFeatures, outFeatures } } of pairs) {
    layers[before] = linear({ inFeatures, outFeatures });
    delete layers[name];
  }
  return sequential(layers);
}

/** The params that `foldBatchNorm` returns. */
export function foldParams(
  net: Network,
  pairs: readonly NormPair[],
  params: NetworkParams<Layers>,
  statistics: BatchStatistics,
): NetworkParams<Layers> {
  net.bind(params); // checks them
  const all = params as Readonly<Record<string, Tree>>;
  const folded: Record<string, Tree> = { ...all };
  for (const { name, norm, before, linear: { outFeatures } } of pairs) {
    const own = isRecord(statistics) ? statistics[name] : undefined;
    if (!isRecord(own)) {
      fail(folding, `the statistics of ${name} are missing; make them with calibrate`);
    }
    for (const part of ["mean", "variance"] as const) {
      checkTensor("foldBatchNorm", `the ${part} of ${name}`, own[part]);
      const shape = showShape(own[part].shape);
      if (shape === `[${outFeatures}]`) continue;
      fail(folding, `the ${part} of ${name} has shape ${shape}, expected [${outFeatures}]`);
    }
    const { weight, bias = undefined } = all[before] as Tensors;
    const { weight: gamma, bias: beta } = all[name] as Tensors;
    const gain = gainOf(gamma, own.variance, norm.epsilon);
    folded[before] = {
      weight: mul(weight, reshape(gain, [outFeatures, 1])),
      bias: foldedBias(bias ?? 0, own.mean, gain, beta),
    };
    delete folded[name];
  }
  return folded as NetworkParams<Layers>;
}
