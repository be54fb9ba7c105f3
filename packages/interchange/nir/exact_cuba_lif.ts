import { add, mul, sub } from "@spikeloop/expr";
import { defineNeuron, type Neuron, resetMembrane } from "@spikeloop/neuron";

const decays = { min: 0, max: 1 };

/**
 * The CubaLIF node of NIR, solved exactly for an input that is constant within a step:
 *
 *     v' = vDecay·v + currentGain·c + inputGain·x,   c = cDecay·c + x,
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold if vReset is null (soft reset). Here c is NIR's current I, and v is
 * counted from vLeak. The membrane sees the current of every instant of a step; the membrane of
 * `cubaLif` sees the current at its end. `neuronFromNir` derives the gains from time constants.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { exactCubaLif, neuronFromNir, type NirCubaLIF } from "@spikeloop/interchange";
 * import { full, mul } from "@spikeloop/tensor";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const x = (value: number) => full([1], value);
 * const node: NirCubaLIF = {
 *   ...{ type: "CubaLIF", tauMem: x(0.02), tauSyn: x(0.005) },
 *   ...{ r: x(1), vLeak: x(0), vThreshold: x(1) },
 * };
 * const { model, units, params, inputScale } = neuronFromNir(node, { dt: 0.01, method: "exact" });
 * assertEquals(model, exactCubaLif);
 *
 * const unit = plain(model, { units, params });
 * const { trace } = unit.trace({}, unit.initialState(1), mul(full([1, 1, 1], 1), inputScale));
 * assertAlmostEquals(trace.v.item(), 1 - (20 * Math.exp(-0.5) - 5 * Math.exp(-2)) / 15, 1e-6);
 * ```
 */
export const exactCubaLif: Neuron = /* @__PURE__ */ defineNeuron({
  name: "exact-cuba-lif",
  rest: (p) => ({ c: 0, v: p.vReset ?? 0 }),
  params: {
    cDecay: 0.5,
    vDecay: 0.75,
    currentGain: 0.25,
    inputGain: 0.25,
    vThreshold: 0.5,
    vReset: 0 as number | null,
  },
  bounds: { cDecay: decays, vDecay: decays, vReset: { nullable: true } },
  charge: ({ c, v }, x, p) => ({
    c: add(mul(c, p.cDecay), x),
    v: add(mul(v, p.vDecay), add(mul(c, p.currentGain), mul(x, p.inputGain))),
  }),
  fire: ({ v }, p) => sub(v, p.vThreshold),
  reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
});
