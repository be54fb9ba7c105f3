import { takeRecord } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { key } from "@spikeloop/random";
import { elementwiseAll, full, mul, type Tensor } from "@spikeloop/tensor";
import {
  type BatchStatistics,
  calibrate,
  foldParams,
  pairsOf,
  withoutNorms,
} from "./fold_batch_norm.ts";
import { freezeKnown } from "./known_layers.ts";
import type { Placement, RunOptions, Tensors } from "./layer.ts";
import type { Layers, Network, NetworkParams } from "./network.ts";

/** The params of a batch normalization that is tracked: [F] each. */
export type TrackedNormParams = Tensors<
  "weight" | "bias" | "mean" | "variance" | "meanError" | "varianceError"
>;

/** A network whose batch normalizations have their statistics among its params. */
export interface TrackedNetwork extends Network {
  /** The names of its batch normalizations. */
  readonly norms: readonly string[];
  /** The network without them. */
  readonly plain: Network;
  /** Draws the params of the batch normalizations: mean 0 and variance 1. */
  initNorms(placement?: Placement): Readonly<Record<string, TrackedNormParams>>;
  /** Returns the params of `plain`, with which it computes the same. */
  fold(params: NetworkParams<Layers>): NetworkParams<Layers>;
  /** Returns params with the statistics of inputs [T, N, F], averaged over them. */
  calibrate(
    params: NetworkParams<Layers>,
    batches: readonly Tensor[],
    options?: RunOptions,
  ): NetworkParams<Layers>;
  /** Returns params whose statistics have moved towards those of a batch. */
  track(params: NetworkParams<Layers>, xSeq: Tensor, options?: RunOptions): NetworkParams<Layers>;
}

/** The share of an estimate's squared error that remains after a batch. */
const memory = 0.8;

/**
 * Moves a statistic s towards a batch's statistic b, by the confidence k in it:
 *
 *     d = b - s,   e' = 0.8 e + 0.2 d²,   k = e' / (e' + noise),   s' = s + k d
 */
const follow = /* @__PURE__ */ elementwiseAll(
  "follow statistics",
  4,
  (statistic, error, batch, noise) => {
    const difference = e.sub(batch, statistic);
    const square = e.mul(difference, difference);
    const next = e.add(e.mul(error, memory), e.mul(square, 1 - memory));
    // Where nothing varies there is no noise.
    const confidence = e.div(next, e.add(e.add(next, noise), 1e-30));
    return [e.add(statistic, e.mul(confidence, difference)), next];
  },
);

const statisticNames = ["mean", "variance"] as const;

/**
 * Makes a network of one of `sequential` whose batch normalizations keep running statistics among
 * their params, as actors need them: with `{ training: true }` a batch is normalized by its own
 * statistics, else by the running ones, folded into the linear layers. So single steps run too.
 *
 * Call `track` with the batch of every update: agents do, `fit` does not. The larger the
 * differences between a statistic and the batches' have been, beside the noise of a batch of N
 * rows, the faster the statistic follows. That noise is variance / (N - 1) for the mean and
 * 2 variance² / (N - 1) for the variance.
 * `calibrate`, called now and then, replaces all statistics by those of many batches.
 *
 * Source: Xu et al., "CaRe-BN: precise moving statistics for stabilizing spiking neural networks in
 * reinforcement learning", 2026.
 *
 * @throws {TypeError} if the network is of another kind, or a copy with another `multiStep`.
 *
 * @example
 * ```ts
 * import { batchNorm, linear, sequential, trackBatchNorm } from "@spikeloop/functional";
 * import { key, normal } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const fc = linear({ inFeatures: 3, outFeatures: 2 });
 * const net = trackBatchNorm(sequential({ fc, norm: batchNorm({ features: 2 }) }));
 * const params = net.calibrate(net.init(key(0)), [normal(key(1), [4, 100, 3])]);
 * const [, y] = net.bind(params)(net.initialState(1), normal(key(2), [1, 3]));
 * assertEquals(y.shape, [1, 2]);
 * ```
 */
export function trackBatchNorm<L extends Layers>(network: Network<L>): TrackedNetwork {
  const action = "track batch normalizations";
  const net = network as unknown as Network;
  const pairs = pairsOf(action, net);
  const names = pairs.map(({ name }) => name);
  const noStates = Object.fromEntries(names.map((name) => [name, {}]));
  type Params = NetworkParams<Layers>;
  type State = ReturnType<Network["initialState"]>;

  const initNorms = (placement?: Placement) =>
    Object.fromEntries(pairs.map(({ name, norm }) => {
      const learned = norm.init(key(0), placement);
      const all = (value: number) => full(learned.weight.shape, value, placement);
      const [mean, variance, meanError, varianceError] = [0, 1, 0, 0].map(all);
      return [name, { ...learned, mean, variance, meanError, varianceError }];
    }));
  const normOf = (params: Params, name: string) => {
    const all = takeRecord(action, "the params", params);
    return takeRecord(action, `the params of ${name}`, all[name]) as unknown as TrackedNormParams;
  };
  /** The params of the network with its batch normalizations. */
  const learned = (params: Params): Params => {
    const own = names.map((name) => {
      const { weight, bias } = normOf(params, name);
      return [name, { weight, bias }] as const;
    });
    return { ...params, ...Object.fromEntries(own) };
  };
  const statistics = (params: Params): BatchStatistics =>
    Object.fromEntries(names.map((name) => {
      const { mean, variance } = normOf(params, name);
      return [name, { mean, variance }];
    }));
  const withNorms = (params: Params, f: (name: string) => Partial<TrackedNormParams>): Params => ({
    ...params,
    ...Object.fromEntries(names.map((name) => [name, { ...normOf(params, name), ...f(name) }])),
  });
  const without = (state: State): State => {
    const { ...rest } = state as Record<string, State[string]>;
    for (const name of names) delete rest[name];
    return rest;
  };
  const plain = withoutNorms(net, pairs);
  const fold = (params: Params) => foldParams(net, pairs, learned(params), statistics(params));

  return freezeKnown<TrackedNetwork>({
    ...net,
    norms: Object.freeze(names),
    plain,
    layers: plain.layers,
    initNorms,
    init: (k, placement) => ({ ...net.init(k, placement), ...initNorms(placement) }),
    initialState: plain.initialState,
    bind: (params) => plain.bind(fold(params)),
    rowParts: (params) => plain.rowParts?.(fold(params)),
    multiStep: (params, state, xSeq, options) => {
      if (!options?.training) return plain.multiStep(fold(params), state, xSeq, options);
      const before = { ...state, ...noStates };
      const [after, y] = net.multiStep(learned(params), before, xSeq, options);
      return [without(after), y];
    },
    inspect: (params, state, xSeq, options) => {
      if (!options?.training) return plain.inspect(fold(params), state, xSeq, options);
      const before = { ...state, ...noStates };
      const found = net.inspect(learned(params), before, xSeq, options);
      return { ...found, state: without(found.state) };
    },
    fold,
    calibrate: (params, batches, options) => {
      const found = calibrate(net, learned(params), batches, options);
      return withNorms(params, (name) => found[name]);
    },
    track: (params, xSeq, options) => {
      const batch = calibrate(net, learned(params), xSeq, options);
      const share = 1 / Math.max(1, (xSeq.shape[1] ?? 0) - 1);
      return withNorms(params, (name) => {
        const own = normOf(params, name);
        const { variance } = batch[name];
        const noises = {
          mean: mul(variance, share),
          variance: mul(mul(variance, variance), 2 * share),
        };
        const next = statisticNames.map((part) => {
          const error = `${part}Error` as const;
          const [x, y] = follow(own[part], own[error], batch[name][part], noises[part]);
          return [[part, x], [error, y]] as const;
        });
        return Object.fromEntries(next.flat());
      });
    },
  });
}
