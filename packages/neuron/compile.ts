import { detach, input } from "@spikeloop/expr";
import { fire, isBinary, needsNoise, type Surrogate } from "@spikeloop/surrogate";
import { defineScan, type ScanKernel } from "@spikeloop/backend";
import { type Neuron, type NeuronParams, restOf, type StateExprs } from "./define_neuron.ts";
import { tracer } from "./tracer.ts";

/**
 * The noise sequence, uniform in [0, 1), that surrogates with a random forward pass read.
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
 * @throws {TypeError} if an equation reads a name that the model lacks, or does not return what it should.
 *
 * @example
 * ```ts
 * import { compileNeuron, integrateAndFire, resolveParams } from "@spikeloop/neuron";
 * import { rect } from "@spikeloop/surrogate";
 * import { full, scan, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const params = resolveParams(integrateAndFire);
 * const kernel = compileNeuron(integrateAndFire, { params, surrogate: rect(), detachReset: false });
 * assertEquals(kernel.params, ["vThreshold", "vReset"]);
 *
 * const setting = { kernel, units: 1, params: [1, 0] };
 * const { out } = scan(setting, { values: [zeros([1, 1])] }, full([4, 1, 1], 0.5));
 * assertEquals([...out.dataSync()], [0, 1, 0, 1]);
 * ```
 */
export function compileNeuron(model: Neuron, options: CompileOptions): ScanKernel {
  const { params, surrogate, detachReset } = options;
  const states = Object.keys(restOf(model, params));
  const active = Object.keys(model.params).filter((k) => params[k] !== null);
  const own = model.noise ?? [];
  const trace = tracer(model, states, params);

  const noiseFor = (part: "charge" | "emit") => trace.guard(part, "noise", inputs(own));

  const charged = trace.states("charge", states, (p) => {
    const before = trace.guard("charge", "state", inputs(states));
    return model.charge(before, input("x"), p, noiseFor("charge"));
  });
  const spike = model.fire && fire(
    surrogate,
    trace.one("fire", (p) => model.fire?.(trace.guard("fire", "state", charged), p)),
    input(surrogateNoise),
  );
  const resetting = detachReset && spike ? detach(spike) : spike;
  const after = resetting && model.reset
    ? trace.states(
      "reset",
      [],
      (p) => model.reset?.(trace.guard("reset", "state", charged), resetting, p),
    )
    : {};
  const next = { ...charged, ...after };
  const out = model.emit
    ? trace.one("emit", (p) => {
      const state = trace.guard("emit", "state", next);
      return model.emit?.(state, spike ?? input("x"), p, noiseFor("emit"));
    })
    : spike ?? input("x");

  const noise = [...own, ...(spike && needsNoise(surrogate) ? [surrogateNoise] : [])];
  const binary = out === spike && isBinary(surrogate);
  const results = states.map((s) => next[s]);
  const ids = [out, ...results].map((e) => e.id);
  const key = [model.name, states, active, noise, binary, ids].join("|");
  const known = kernels.get(key);
  if (known !== undefined) return known;
  const { name } = model;
  const made = defineScan({ name, states, params: active, noise, out, next: results, binary });
  kernels.set(key, made);
  return made;
}

function inputs(names: readonly string[]): StateExprs {
  return Object.fromEntries(names.map((n) => [n, input(n)]));
}
