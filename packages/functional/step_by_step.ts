import { showShape } from "@spikeloop/backend";
import { fail, takeFunction } from "@spikeloop/errors";
import { checkTensor, mapTree, partAt, stack, type Tensor, treeLeaves } from "@spikeloop/tensor";
import type { Layer, RunOptions, StepFunction } from "./layer.ts";
import { stepKeys, takeRunOptions } from "./run_options.ts";
import { takeResult } from "./take_result.ts";

const action = "run stepByStep";

/**
 * Makes the `multiStep` of a layer of your own from its `bind`: it runs one step after the other. A
 * key is split into one for every step, noise is handed on step by step, and every step has the
 * other options.
 *
 * @param bind The `bind` of the layer, which no read-out is.
 * @throws {TypeError} if `bind` is no function. A run throws one if the input is no sequence
 * [T, N, ...] of at least one step, noise has another number of steps, or a step returns no state
 * with a tensor.
 *
 * @example A synapse: spikes charge a current, whose decay is learned for each input.
 * ```ts
 * import { type Layer, linear, plain, sequential } from "@spikeloop/functional";
 * import { stepByStep, type Tensors } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { add, full, mul, ones, sigmoid, type Tensor, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * function synapse(units: number): Layer<Tensors<"logit">, Tensors<"current">> {
 *   const bind = ({ logit }: Tensors<"logit">) => {
 *     const decay = sigmoid(logit);
 *     return (state: Tensors<"current">, x: Tensor): [Tensors<"current">, Tensor] => {
 *       const current = add(mul(state.current, decay), x);
 *       return [{ current }, current];
 *     };
 *   };
 *   return {
 *     kind: "synapse",
 *     inFeatures: units,
 *     outFeatures: units,
 *     init: (_key, placement) => ({ logit: full([units], 1, placement) }),
 *     initialState: (batch, placement) => ({ current: zeros([batch, units], placement) }),
 *     bind,
 *     multiStep: stepByStep(bind),
 *   };
 * }
 *
 * const net = sequential({
 *   hidden: plain(lif, { units: 4 }),
 *   synapse: synapse(4),
 *   out: linear({ inFeatures: 4, outFeatures: 2 }),
 * });
 * const [, y] = net.multiStep(net.init(key(0)), net.initialState(3), ones([5, 3, 4]));
 * assertEquals(y.shape, [5, 3, 2]);
 * ```
 */
export function stepByStep<P, S>(
  bind: (params: P) => StepFunction<S>,
): Layer<P, S>["multiStep"] {
  takeFunction("make stepByStep", "bind", bind, "the bind of a layer");
  return (params, before, xSeq, options) => {
    const { key, noise } = takeRunOptions(action, options);
    checkTensor("stepByStep", "the input", xSeq);
    const [steps, rows] = xSeq.shape;
    if (rows === undefined || steps === 0) {
      const expected = "expected [T, N, ...] with a step at least";
      fail(action, `the input has shape ${showShape(xSeq.shape)}, ${expected}`);
    }
    for (const x of noise === undefined ? [] : treeLeaves(noise, "noise")) {
      if (x.shape[0] === steps) continue;
      fail(action, `noise has shape ${showShape(x.shape)}, expected [${steps}, ...]`);
    }
    const keys = key === undefined ? undefined : stepKeys(action, key, steps);
    const step = bind(params);
    takeFunction(action, "the result of bind", step, "a step, (state, x, options) => [state, y]");
    const outputs: Tensor[] = [];
    let state = before;
    for (let t = 0; t < steps; t++) {
      const at: RunOptions | undefined = options && {
        ...options,
        ...keys !== undefined && { key: keys[t] },
        ...noise !== undefined && { noise: mapTree((x: Tensor) => partAt(x, t), noise) },
      };
      const [next, y] = takeResult(action, step(state, partAt(xSeq, t), at));
      state = next;
      outputs.push(y);
    }
    return [state, stack(outputs)];
  };
}
