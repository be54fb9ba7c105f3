import { checkOptions, fail, takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { takeKey, uniform } from "@spikeloop/random";
import { checkTensor, elementwise, type Tensor } from "@spikeloop/tensor";
import { freezeLayer } from "./freeze_layer.ts";
import type { Layer, RunOptions, Tensors } from "./layer.ts";
import { noParams, noState, takeNothing } from "./no_state.ts";
import { uniformSteps } from "./noise.ts";
import { stepKeys, takeRunOptions } from "./run_options.ts";

/** The options of `dropout`. */
export interface DropoutOptions {
  /** The probability with which a number becomes 0, in [0, 1). */
  readonly rate: number;
}

/** scale · x where u >= rate, else 0. */
const drop = /* @__PURE__ */ elementwise(
  "dropout",
  4,
  (x, u, rate, scale) => e.select(e.greaterEqual(u, rate), e.mul(x, scale), 0),
);

/**
 * Makes a layer that sets numbers to 0 at random while parameters are trained, and scales the
 * others by 1 / (1 - rate), so that their mean stays. Every step draws a new mask. It acts where
 * the run has `training: true`, which needs a key; otherwise y = x.
 *
 * Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
 * JMLR 2014; scaled as `torch.nn.Dropout` does.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind. A run that trains
 * without a key throws one.
 * @throws {RangeError} if the rate is not in [0, 1).
 *
 * @example
 * ```ts
 * import { dropout } from "@spikeloop/functional";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = dropout({ rate: 0.5 });
 * const run = (options: Parameters<typeof layer.multiStep>[3]) =>
 *   layer.multiStep({}, layer.initialState(1), ones([1, 1, 1000]), options)[1];
 * assertEquals(new Set(run({ training: true, key: key(0) }).dataSync()), new Set([0, 2]));
 * assertEquals(new Set(run({}).dataSync()), new Set([1]));
 * ```
 */
export function dropout(options: DropoutOptions): Layer<Tensors<never>, Tensors<never>> {
  checkOptions("make dropout", options, ["rate"]);
  const rate = takeNumber("make dropout", "rate", options.rate, { min: 0, below: 1 });
  const action = "run dropout";

  /** Runs on x; `draw` returns numbers in [0, 1) of its shape. */
  const run = (
    state: Tensors<never>,
    x: Tensor,
    options: RunOptions | undefined,
    draw: (key: NonNullable<RunOptions["key"]>) => Tensor,
  ): [Tensors<never>, Tensor] => {
    const { training, key } = takeRunOptions(action, options);
    takeNothing(action, "state", state);
    checkTensor("dropout", "the input", x);
    if (!training || rate === 0) return [state, x];
    if (key === undefined) {
      fail(action, "it got no key to draw with, expected { training: true, key: key(seed) }");
    }
    return [state, drop(x, draw(key), rate, 1 / (1 - rate))];
  };

  return freezeLayer<Layer<Tensors<never>, Tensors<never>>>({
    kind: "dropout",
    outFeatures: "same",
    init: noParams,
    initialState: noState,
    bind: (params) => {
      takeNothing(action, "params", params);
      return (state, x, options) =>
        run(
          state,
          x,
          options,
          (key) => uniform(takeKey(action, "key", key), x.shape, { backend: x.backend }),
        );
    },
    multiStep: (params, state, xSeq, options) => {
      takeNothing(action, "params", params);
      return run(state, xSeq, options, (key) => {
        if (xSeq.shape.length === 0) fail(action, "the input is a scalar, expected [T, N, ...]");
        return uniformSteps(stepKeys(action, key, xSeq.shape[0]), xSeq);
      });
    },
    rowParts: () => [],
  });
}
