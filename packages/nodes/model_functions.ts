import { detach, type Expr, input, inputNames } from "@spikeloop/expr";
import { fire, type Surrogate } from "@spikeloop/surrogate";
import { elementwise, elementwiseAll, type Tensor, type TensorLike } from "@spikeloop/tensor";
import {
  type Neuron,
  type NeuronParams,
  type ParamExprs,
  restOf,
  type StateExprs,
} from "@spikeloop/neuron";

/** Tensors by the names of state variables. */
export type States = Readonly<Record<string, Tensor>>;

/** The values of a model's parameters, without those that are null. */
export type ParamValues = Readonly<Record<string, TensorLike>>;

/** The parts of a neuron as functions of tensors: what a step is made of where it does not run as one kernel. */
export interface ModelFunctions {
  /** The state after x has arrived. */
  charge(state: States, params: ParamValues, x: Tensor): States;
  /** How far above its threshold every unit is. */
  drive(state: States, params: ParamValues): Tensor;
  /** The states that a spike changes, after it. */
  reset(state: States, params: ParamValues, spike: Tensor): States;
  /** What units send out: their spikes, unless the model says otherwise. */
  emit(state: States, params: ParamValues, spike: Tensor): Tensor;
  /** The spikes of units that are `u` above their threshold; `noise` is uniform in [0, 1). */
  spikeAt(u: Tensor, noise: TensorLike): Tensor;
}

/** The name of that thing: no state and no parameter has it. */
const extra = "x";

/** Some of a neuron's equations, over its states, its parameters and one thing more. */
type Equations = (state: StateExprs, params: ParamExprs, extra: Expr) => Partial<StateExprs>;

/** Derives them from the model's equations, so that they compute the same bits as its kernel. */
export function modelFunctions(
  model: Neuron,
  constants: NeuronParams,
  surrogate: Surrogate,
  detachReset: boolean,
): ModelFunctions {
  const names = [
    ...Object.keys(restOf(model, constants)),
    ...Object.keys(constants).filter((k) => constants[k] !== null),
  ];
  const inputs = Object.fromEntries([...names, extra].map((n) => [n, input(n)]));

  function derive(title: string, equations: Equations) {
    const solve = (slots: StateExprs) =>
      equations(slots, { ...constants, ...slots } as ParamExprs, slots[extra]);
    const traced = solve(inputs);
    const outputs = Object.keys(traced);
    const used = inputNames(outputs.flatMap((o) => traced[o] ?? []));
    const reads = [...names.filter((n) => used.includes(n)), extra];
    const run = elementwiseAll(
      `the ${title} of neuron "${model.name}"`,
      reads.length,
      (...slots) => {
        const solved = solve({
          ...inputs,
          ...Object.fromEntries(reads.map((n, i) => [n, slots[i]])),
        });
        return outputs.map((o) => solved[o] ?? 0);
      },
    );
    return (state: States, params: ParamValues, value: TensorLike): States => {
      const values: ParamValues = { ...params, ...state, [extra]: value };
      const results = run(...reads.map((n) => values[n]));
      return Object.fromEntries(outputs.map((o, i) => [o, results[i]]));
    };
  }

  const noNoise: StateExprs = {};
  const emit = derive("output", (s, p, spike) => ({ out: model.emit?.(s, spike, p, noNoise) }));
  const drive = derive("threshold", (s, p) => model.fire ? { u: model.fire(s, p) } : {});
  return {
    charge: derive("charge", (s, p, x) => model.charge(s, x, p, noNoise)),
    drive: (state, params) => drive(state, params, 0).u,
    reset: derive(
      "reset",
      (s, p, spike) => model.reset?.(s, detachReset ? detach(spike) : spike, p) ?? {},
    ),
    emit: (state, params, spike) => model.emit ? emit(state, params, spike).out : spike,
    spikeAt: elementwise(surrogate.name, 2, (u, noise) => fire(surrogate, u, noise), {
      numbersAsInputs: true,
    }),
  };
}
