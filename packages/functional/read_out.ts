import { checkOptions, fail, takeCount, takeOneOf } from "@spikeloop/errors";
import { showShape } from "@spikeloop/backend";
import * as e from "@spikeloop/expr";
import {
  add,
  broadcastTo,
  checkTensor,
  concat,
  div,
  elementwise,
  full,
  greater,
  minimum,
  reshape,
  sub,
  Tensor,
  where,
} from "@spikeloop/tensor";
import { freezeLayer } from "./freeze_layer.ts";
import type { Layer, RunOptions, Tensors } from "./layer.ts";
import { type SequenceOptions, takeLengths } from "./lengths.ts";
import { noParams, takeNothing } from "./no_state.ts";
import {
  firstSteps,
  highOf,
  largerOf,
  lastOf,
  lowOf,
  padded,
  type ReadOutMode,
  type StepWindow,
  sumOverTime,
} from "./read_outs.ts";
import { takeRunOptions } from "./run_options.ts";

/** The names of the state of a read-out. */
export type ReadOutState<M extends ReadOutMode> =
  | "steps"
  | (M extends "last" ? "value"
    : M extends "max" ? "high"
    : M extends "maxAbs" ? "high" | "low"
    : "total");

/** The state of every mode, besides the steps: its values before the first step. */
const starts: Readonly<Record<ReadOutMode, Readonly<Record<string, number>>>> = {
  last: { value: 0 },
  max: { high: -Infinity },
  maxAbs: { high: -Infinity, low: Infinity },
  mean: { total: 0 },
  sum: { total: 0 },
};

/** The first of the extreme numbers, or NaN if one is, of those before and one more. */
const extremeSoFar = (name: string, isBeyond: typeof e.less) =>
  elementwise(
    name,
    2,
    (x, before) => e.select(isBeyond(x, before), x, e.select(e.equal(x, x), before, x)),
  );
const highSoFar = /* @__PURE__ */ extremeSoFar("high", e.greater);
const lowSoFar = /* @__PURE__ */ extremeSoFar("low", e.less);

/**
 * Makes the layer that reads a sequence out over time, at the end of a network. `step` returns the
 * read-out of the steps so far and `multiStep` the final one, both [N, F]. The modes are those of
 * `readOuts`. Its state holds the number of steps and the read-out so far, so that a sequence may
 * come in parts.
 *
 * `lengths` [N] says how many steps of each row count; those after them are padding. The run's
 * option of that name comes before the layer's.
 *
 * @throws {TypeError} if the mode or an option is of the wrong kind. A run throws one if the
 * lengths are not of shape [N].
 * @throws {RangeError} if the mode is unknown. A run throws one if a length is no integer of at
 * least 1.
 *
 * @example
 * ```ts
 * import { plain, readOut, sequential } from "@spikeloop/functional";
 * import { leakyIntegrator } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const net = sequential({ membrane: plain(leakyIntegrator, { units: 3 }), out: readOut("last") });
 * const run = (lengths?: number[]) =>
 *   net.multiStep(net.init(key(0)), net.initialState(2), ones([4, 2, 3]), { lengths })[1];
 * assertEquals(run().shape, [2, 3]);
 * assertEquals([...run([1, 4]).dataSync()].slice(2, 4), [0.5, 0.9375]);
 * ```
 */
export function readOut<const M extends ReadOutMode>(
  mode: M,
  options: SequenceOptions = {},
): Layer<Tensors<never>, Tensors<ReadOutState<M>>> {
  const action = "run readOut";
  const start = starts[takeOneOf("make readOut", "mode", mode, Object.keys(starts) as M[])];
  checkOptions("make readOut", options, ["lengths"]);
  const names = Object.keys(start);

  const stateOf = (state: unknown): Tensors => {
    const known = [...names, "steps"];
    checkOptions(action, state, known, "state variable");
    const tensors = state as Tensors;
    for (const name of known) {
      if (tensors[name] instanceof Tensor) continue;
      fail(action, `the state lacks ${name}, expected one made with initialState(batch)`);
    }
    return tensors;
  };

  /** Adds the steps of a sequence to a state. */
  const combine = (before: Tensors, xSeq: Tensor, window?: StepWindow): Tensors => {
    if (mode === "last") {
      const value = lastOf(xSeq, window);
      if (window === undefined) return { value };
      return { value: where(greater(window.count, 0), value, before.value) };
    }
    if (mode === "mean" || mode === "sum") {
      const shape = [1, ...xSeq.shape.slice(1)];
      const total = reshape(broadcastTo(before.total, shape.slice(1)), shape);
      // Added to the total one after another, as single steps are.
      return { total: sumOverTime(concat([total, padded(xSeq, window)])) };
    }
    const result = { high: highSoFar(highOf(xSeq, window), before.high) };
    if (mode === "max") return result;
    return { ...result, low: lowSoFar(lowOf(xSeq, window), before.low) };
  };

  /** Runs T steps, [T, N, F]. */
  const run = (
    before: Tensors,
    xSeq: Tensor,
    runOptions: RunOptions | undefined,
  ): [state: Tensors, y: Tensor] => {
    const { lengths = options.lengths } = takeRunOptions(action, runOptions);
    const [steps, rows] = xSeq.shape;
    const perRow = lengths === undefined
      ? undefined
      : reshape(takeLengths(action, lengths, xSeq, Infinity), [rows, 1]);
    const window = perRow && firstSteps(xSeq, reshape(sub(perRow, before.steps), [rows]));
    const after = add(before.steps, steps);
    const next: Tensors = { ...combine(before, xSeq, window), steps: after };
    if (mode === "maxAbs") return [next, largerOf(next.high, next.low)];
    if (mode !== "mean") return [next, next[names[0]]];
    return [next, div(next.total, perRow === undefined ? after : minimum(after, perRow))];
  };

  const checkInput = (x: Tensor, axes: string, count: number) => {
    checkTensor("readOut", "the input", x);
    const shape = showShape(x.shape);
    if (x.shape.length !== count) fail(action, `the input has shape ${shape}, expected ${axes}`);
    if (count === 3 && x.shape[0] === 0) {
      fail(action, `the input has no time steps, shape ${shape}`, RangeError);
    }
  };

  const layer: Layer<Tensors<never>, Tensors> = {
    kind: `readOut ${mode}`,
    outFeatures: "same",
    isReadOut: true,
    init: noParams,
    initialState: (batch, placement) => {
      takeCount("make the initial state of readOut", "batch", batch, 0);
      const entries = [...Object.entries(start), ["steps", 0] as const];
      return Object.fromEntries(entries.map(([name, v]) => [name, full([batch, 1], v, placement)]));
    },
    bind: (params) => {
      takeNothing(action, "params", params);
      return (state, x, options) => {
        checkInput(x, "[N, F]", 2);
        return run(stateOf(state), reshape(x, [1, ...x.shape]), options);
      };
    },
    multiStep: (params, state, xSeq, options) => {
      takeNothing(action, "params", params);
      checkInput(xSeq, "[T, N, F]", 3);
      return run(stateOf(state), xSeq, options);
    },
    rowParts: () => {
      if (options.lengths !== undefined) return undefined;
      return [{ kind: "readOut", mode }];
    },
  };
  return freezeLayer(layer) as Layer<Tensors<never>, Tensors<ReadOutState<M>>>;
}
