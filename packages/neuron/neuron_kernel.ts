import {
  detach,
  type Expr,
  type ExprLike,
  makeInput,
  numberName,
  numbersAsInputs,
  toExpr,
  type WithNumbers,
} from "@spikeloop/expr";
import { takeRecord } from "@spikeloop/errors";
import { fire, firesBinary, needsNoise, type Surrogate } from "@spikeloop/surrogate";
import { makeScan, type ScanKernel, StructureCache } from "@spikeloop/backend";
import { restAt } from "./define_neuron.ts";
import type { Neuron, NeuronParams, ParamExprs, StateExprs } from "./neuron.ts";

/**
 * The name of the noise sequence, uniform in [0, 1), that surrogates with a random forward pass
 * read.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { integrateAndFire, surrogateNoise } from "@spikeloop/neuron";
 * import { poissonPass } from "@spikeloop/surrogate";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(integrateAndFire, { units: 1, surrogate: poissonPass() });
 * assertEquals(unit.noise, [surrogateNoise]);
 * ```
 */
export const surrogateNoise = "noise.surrogate";

/** How a neuron runs. */
export interface NeuronKernelOptions {
  /** Its parameters. The kernel depends on which of them are null, not on the values. */
  readonly params: NeuronParams;
  /** How it fires, and the gradient of that. */
  readonly surrogate: Surrogate;
  /** No gradient flows through the reset. */
  readonly detachReset: boolean;
  /** Numbers below 2⁻¹²⁶ become 0: see `ScanDefinition`. Off if missing. */
  readonly flushDenormal?: boolean;
}

/** A neuron with a surrogate, ready for `scan`. */
export interface NeuronKernel {
  /** Its time step. */
  readonly kernel: ScanKernel;
  /**
   * The values of the numbers in the surrogate's maths. In the setting of a scan they follow the
   * parameters.
   */
  readonly numbers: readonly number[];
}

/**
 * The most numbers of a surrogate that are arguments; one with more is compiled with its numbers.
 */
const mostNumbers = 64;

const kernels = /* @__PURE__ */ new StructureCache<ScanKernel>();

/**
 * The time step of a neuron with a surrogate. Equal equations have the same kernel object, whatever
 * the values of parameters and of numbers in the surrogate's maths, so they compile once. At least
 * the last 64 kernels are found again, and the last 16 of a model for as long as it lives.
 *
 * @throws {TypeError} if an equation returns no expression or record of states, or, in a model made
 * with `defineNeuron`, reads a name that the model lacks.
 *
 * @example
 * ```ts
 * import { integrateAndFire, neuronKernel, resolveParams } from "@spikeloop/neuron";
 * import { rect } from "@spikeloop/surrogate";
 * import { full, scan, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const params = resolveParams(integrateAndFire);
 * const options = { params, surrogate: rect({ alpha: 2 }), detachReset: false };
 * const { kernel, numbers } = neuronKernel(integrateAndFire, options);
 * assertEquals(kernel.params.slice(0, 2), ["vThreshold", "vReset"]);
 *
 * const setting = { kernel, units: 1, params: [1, 0, ...numbers] };
 * const { out } = scan(setting, { values: [zeros([1, 1])] }, full([4, 1, 1], 0.5));
 * assertEquals([...out.dataSync()], [0, 1, 0, 1]);
 * ```
 */
export function neuronKernel(model: Neuron, options: NeuronKernelOptions): NeuronKernel {
  takeRecord("compile a neuron", "the model", model);
  takeRecord(`compile neuron "${model.name}"`, "options", options);
  return makeKernel(model, options);
}

/**
 * {@linkcode neuronKernel} without checks, for a model and options that were checked.
 *
 * @throws {TypeError} if an equation returns no expression or record of states, or, in a model made
 * with `defineNeuron`, reads a name that the model lacks.
 *
 * @example
 * ```ts
 * import { lif, makeKernel, neuronKernel } from "@spikeloop/neuron";
 * import { rect } from "@spikeloop/surrogate";
 * import { assert } from "@std/assert";
 *
 * const options = { params: lif.params, surrogate: rect(), detachReset: false };
 * assert(makeKernel(lif, options).kernel === neuronKernel(lif, options).kernel);
 * ```
 */
export function makeKernel(model: Neuron, options: NeuronKernelOptions): NeuronKernel {
  const { params, surrogate, detachReset, flushDenormal = false } = options;
  const { name } = model;
  const states = Object.keys(restAt(model, params));
  const activeParams = Object.keys(model.params).filter((k) => params[k] !== null);
  const modelNoise = model.noise ?? [];
  const x = makeInput("x");
  const noiseInputs = inputs(modelNoise);
  const paramInputs: ParamExprs = {
    ...Object.fromEntries(Object.keys(model.params).map((k) => [k, null])),
    ...inputs(activeParams),
  };

  const charged = exprs(model.charge(inputs(states), x, paramInputs, noiseInputs));
  const { result: spike, numbers } = model.fire === undefined
    ? noSpike
    : spikeOf(surrogate, toExpr(model.fire(charged, paramInputs)));
  const resetSpike = detachReset && spike ? detach(spike) : spike;
  const after = resetSpike && model.reset?.(charged, resetSpike, paramInputs);
  const next = { ...charged, ...exprs(after ?? {}) };
  const out = model.emit
    ? toExpr(model.emit(next, spike ?? x, paramInputs, noiseInputs))
    : spike ?? x;

  const noise = [...modelNoise, ...(spike && needsNoise(surrogate) ? [surrogateNoise] : [])];
  const binary = out === spike && firesBinary(surrogate);
  const results = states.map((s) => toExpr(next[s]));
  const ids = [out, ...results].map((e) => e.id);
  const names = [name, states, activeParams, noise];
  const key = JSON.stringify([ids, numbers.length, binary, flushDenormal, names]);
  const kernel = kernels.get(model, key, () =>
    makeScan({
      name,
      states,
      params: activeParams,
      numbers: numbers.map((_, i) => numberName(i)),
      noise,
      out,
      next: results,
      binary,
      flushDenormal,
    }));
  return { kernel, numbers };
}

/** A neuron that never fires. */
const noSpike: WithNumbers<Expr | undefined> = { result: undefined, numbers: [] };

/** The output of a unit at u, and the numbers in its maths. */
function spikeOf(surrogate: Surrogate, u: Expr): WithNumbers<Expr> {
  const build = () => fire(surrogate, u, makeInput(surrogateNoise));
  const spike = numbersAsInputs(build);
  return spike.numbers.length <= mostNumbers ? spike : { result: build(), numbers: [] };
}

function inputs(names: readonly string[]): StateExprs {
  return Object.fromEntries(names.map((n) => [n, makeInput(n)]));
}

function exprs(values: Readonly<Record<string, ExprLike | undefined>>): StateExprs {
  return Object.fromEntries(
    Object.entries(values).map(([n, value]) => [n, toExpr(value as ExprLike)]),
  );
}
