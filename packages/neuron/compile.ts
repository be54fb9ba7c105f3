import { detach, type Expr, input } from "@spikeloop/expr";
import { fire, isBinary, needsNoise, type Surrogate } from "@spikeloop/surrogate";
import { defineScan, type ScanKernel } from "@spikeloop/tensor";
import {
  type Neuron,
  type NeuronParams,
  type ParamExprs,
  restOf,
  type StateExprs,
} from "./define_neuron.ts";

/** The noise sequence, uniform in [0, 1), that surrogates with a random forward pass read. */
export const surrogateNoise = "noise.surrogate";

/** How a neuron is to run. */
export interface CompileOptions {
  /** Its parameters: only which of them are null matters here. */
  readonly params: NeuronParams;
  /** How it fires and what gradient that has. */
  readonly surrogate: Surrogate;
  /** No gradient flows through the reset. */
  readonly detachReset: boolean;
}

const kernels = new Map<string, ScanKernel>();

/**
 * The time step of a neuron with a surrogate, ready for `scan`: the same kernel whenever the equations are the same.
 *
 * @throws {TypeError} if the equations read something undefined, or a charged state is missing.
 */
export function compileNeuron(model: Neuron, options: CompileOptions): ScanKernel {
  const { params, surrogate, detachReset } = options;
  const states = Object.keys(restOf(model, params));
  const active = Object.keys(model.params).filter((k) => params[k] !== null);
  const p = Object.fromEntries(
    Object.keys(model.params).map((k) => [k, params[k] === null ? null : input(k)]),
  ) as ParamExprs;
  const charged = model.charge(named(states), input("x"), p, named(model.noise ?? []));
  if (typeof charged !== "object" || charged === null) {
    throw new TypeError(
      `Cannot use neuron "${model.name}": its charge returned ${
        String(charged)
      }, expected the new ${states.join(", ")}`,
    );
  }
  const missing = states.find((s) => charged[s] === undefined);
  if (missing !== undefined) {
    throw new TypeError(
      `Cannot use neuron "${model.name}": its charge gives no value for state ${missing}`,
    );
  }
  const spike = model.fire && fire(surrogate, model.fire(charged, p), input(surrogateNoise));
  const after: Partial<StateExprs> = spike && model.reset
    ? model.reset(charged, detachReset ? detach(spike) : spike, p)
    : {};
  const next = states.map((s) => after[s] ?? charged[s]);
  const stateAfter = Object.fromEntries(states.map((s, i) => [s, next[i]]));
  const noise = [
    ...(model.noise ?? []),
    ...(spike && needsNoise(surrogate) ? [surrogateNoise] : []),
  ];
  const out = model.emit?.(stateAfter, spike ?? input("x"), p, named(noise)) ?? spike as Expr;
  const binary = out === spike && isBinary(surrogate);
  const key = [model.name, states, active, noise, binary, out.id, ...next.map((e) => e.id)].join(
    "|",
  );
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const made = defineScan({ name: model.name, states, params: active, noise, out, next, binary });
  kernels.set(key, made);
  return made;
}

function named(names: readonly string[]): StateExprs {
  return Object.fromEntries(names.map((n) => [n, input(n)]));
}
