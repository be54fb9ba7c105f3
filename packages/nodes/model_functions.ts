import { detach, type Expr, inputNames, makeInput, toExpr } from "@spikeloop/expr";
import { fire, type Surrogate } from "@spikeloop/surrogate";
import { openOperation, operationOf, type Tensor, type TensorLike } from "@spikeloop/tensor";
import {
  type Neuron,
  type NeuronParams,
  type ParamExprs,
  restAt,
  type StateExprs,
} from "@spikeloop/neuron";

/** Tensors by the names of state variables. */
export type States = Readonly<Record<string, Tensor>>;

/** Values of some of a model's parameters. The others have their constants. */
export type ParamTensors = Readonly<Record<string, Tensor>>;

/** The parts of a neuron as functions of tensors, for steps that do not run as one kernel. */
export interface ModelFunctions {
  /** Returns the state after x has arrived. */
  charge(state: States, params: ParamTensors, x: Tensor): States;
  /** Returns how far above its threshold every unit is. */
  drive(state: States, params: ParamTensors): Tensor;
  /** Returns the states that a spike changes, after it. */
  reset(state: States, params: ParamTensors, spike: Tensor): States;
  /** Returns the output of the units: their spikes, unless the model says otherwise. */
  emit(state: States, params: ParamTensors, spike: Tensor): Tensor;
  /** Returns the spikes of units that are `u` above threshold; `noise` is uniform in [0, 1). */
  spikeAt(u: Tensor, noise: TensorLike): Tensor;
}

/** The name of x or the spike: no state and no parameter has it. */
const extra = "x";

/** Some of a neuron's equations, over its states, its parameters, and x or the spike. */
type Equations = (state: StateExprs, params: ParamExprs, extra: Expr) => Partial<StateExprs>;

/**
 * Derives the functions from the model's equations: they compute the same bits as its kernel.
 *
 * @param constants The values of the model's parameters.
 */
export function modelFunctions(
  model: Neuron,
  constants: NeuronParams,
  surrogate: Surrogate,
  detachReset: boolean,
): ModelFunctions {
  // Kernels read float32.
  const rounded = Object.fromEntries(
    Object.entries(constants).flatMap(([n, p]) => p === null ? [] : [[n, Math.fround(p)]]),
  );
  const names = [...Object.keys(restAt(model, constants)), ...Object.keys(rounded)];
  const inputs = Object.fromEntries([...names, extra].map((n) => [n, makeInput(n)]));

  function derive(title: string, equations: Equations) {
    const outputs = Object.entries(
      equations(inputs, { ...constants, ...inputs } as ParamExprs, inputs[extra]),
    );
    const roots = outputs.map(([, value]) => toExpr(value ?? 0));
    const used = inputNames(roots);
    const reads = [...names.filter((n) => used.includes(n)), extra];
    const run = operationOf(`the ${title} of neuron "${model.name}"`, reads, roots);
    return (state: States, params: ParamTensors, value: TensorLike): States => {
      const values: Readonly<Record<string, TensorLike>> = {
        ...rounded,
        ...params,
        ...state,
        [extra]: value,
      };
      const results = run(reads.map((n) => values[n]));
      return Object.fromEntries(outputs.map(([name], i) => [name, results[i]]));
    };
  }

  const noNoise: StateExprs = {};
  const emit = derive("output", (s, p, spike) => ({ out: model.emit?.(s, spike, p, noNoise) }));
  const drive = derive("threshold", (s, p) => model.fire ? { u: model.fire(s, p) } : {});
  const spikes = openOperation(surrogate.name, 2, ([u, noise]) => [fire(surrogate, u, noise)]);
  return {
    charge: derive("charge", (s, p, x) => model.charge(s, x, p, noNoise)),
    drive: (state, params) => drive(state, params, 0).u,
    reset: derive(
      "reset",
      (s, p, spike) => model.reset?.(s, detachReset ? detach(spike) : spike, p) ?? {},
    ),
    emit: (state, params, spike) => model.emit ? emit(state, params, spike).out : spike,
    spikeAt: (u, noise) => spikes([u, noise])[0],
  };
}
