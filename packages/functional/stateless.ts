import type { Expr, ExprLike } from "@spikeloop/expr";
import { showShape } from "@spikeloop/backend";
import { describe, fail, takeFunction } from "@spikeloop/errors";
import { checkTensor, reshape, Tensor } from "@spikeloop/tensor";
import { freezeLayer } from "./freeze_layer.ts";
import type { Layer, Tensors } from "./layer.ts";
import { noParams, noState, takeNothing } from "./no_state.ts";
import { takeRunOptions } from "./run_options.ts";

/**
 * Makes a layer of a function of tensors, without params and state. The function maps rows [N, ...]
 * to rows [N, ...]. `multiStep` calls it once, with time folded into the batch: [T·N, ...]; so it
 * must not mix rows.
 *
 * @throws {TypeError} if `f` is no function. A run throws one if `f` changes the number of rows.
 *
 * @example
 * ```ts
 * import { plain, sequential, stateless } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { mul, ones, tanh } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const net = sequential({
 *   squash: stateless((x) => mul(tanh(x), 2)),
 *   spikes: plain(lif, { units: 3 }),
 * });
 * const [, y] = net.multiStep(net.init(key(0)), net.initialState(2), ones([4, 2, 3]));
 * assertEquals(y.shape, [4, 2, 3]);
 * ```
 */
export function stateless(f: (x: Tensor) => Tensor): Layer<Tensors<never>, Tensors<never>> {
  takeFunction("make stateless", "f", f, "a function of a tensor");
  const action = "run stateless";

  const apply = (x: Tensor): Tensor => {
    const y: unknown = f(x);
    if (!(y instanceof Tensor) || y.shape[0] !== x.shape[0]) {
      const result = y instanceof Tensor ? `shape ${showShape(y.shape)}` : describe(y);
      fail(action, `f returned ${result}, expected a tensor of shape [${x.shape[0]}, ...]`);
    }
    return y;
  };

  return freezeLayer<Layer<Tensors<never>, Tensors<never>>>({
    kind: "stateless",
    rowParts: () => {
      // Operations of one tensor, such as tanh, have their formula.
      const { formula } = f as { readonly formula?: unknown };
      if (typeof formula !== "function") return undefined;
      return [{ kind: "map", formula: formula as (x: Expr) => ExprLike }];
    },
    init: noParams,
    initialState: noState,
    bind: (params) => {
      takeNothing(action, "params", params);
      return (state, x, options) => {
        takeRunOptions(action, options);
        takeNothing(action, "state", state);
        checkTensor("stateless", "the input", x);
        if (x.shape.length < 1) fail(action, "the input is a scalar, expected [N, ...]");
        return [state, apply(x)];
      };
    },
    multiStep: (params, state, xSeq, options) => {
      takeRunOptions(action, options);
      takeNothing(action, "params", params);
      takeNothing(action, "state", state);
      checkTensor("stateless", "the input", xSeq);
      const [steps, rows, ...rest] = xSeq.shape;
      if (rows === undefined) {
        fail(action, `the input has shape ${showShape(xSeq.shape)}, expected [T, N, ...]`);
      }
      const y = apply(reshape(xSeq, [steps * rows, ...rest]));
      return [state, reshape(y, [steps, rows, ...y.shape.slice(1)])];
    },
  });
}
