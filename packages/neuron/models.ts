import { add, type Expr, mul, sub } from "@spikeloop/expr";
import { type Bounds, defineNeuron, type Neuron } from "./define_neuron.ts";

/** v after a spike s: (1 - s)·v + s·vReset, or v - s·vThreshold where vReset is null (soft reset). */
export function resetMembrane(v: Expr, spike: Expr, p: { readonly vThreshold: Expr; readonly vReset: Expr | null }): Expr {
  return p.vReset === null
    ? sub(v, mul(spike, p.vThreshold))
    : add(mul(sub(1, spike), v), mul(spike, p.vReset));
}

const vReset = 0 as number | null;
const decay: Bounds = { min: 0 };

/**
 * Integrate and fire:
 *
 *     v' = v + x,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold where vReset is null. Dimensionless, as the ILCIFNode of SpikingJelly.
 */
export const integrateAndFire: Neuron = /* @__PURE__ */ defineNeuron({
  name: "if",
  rest: (p) => ({ v: p.vReset ?? 0 }),
  params: { vThreshold: 1, vReset },
  charge: ({ v }, x) => ({ v: add(v, x) }),
  fire: ({ v }, p) => sub(v, p.vThreshold),
  reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
});

/**
 * Leaky integrate and fire:
 *
 *     v' = vDecay·v + x,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * vDecay is per step. The leak goes to 0 and the input is not scaled, as in the ILCLIFNode of SpikingJelly.
 */
export const lif: Neuron = /* @__PURE__ */ defineNeuron({
  name: "lif",
  rest: (p) => ({ v: p.vReset ?? 0 }),
  params: { vDecay: 0.75, vThreshold: 1, vReset },
  bounds: { vDecay: decay },
  charge: ({ v }, x, p) => ({ v: add(mul(v, p.vDecay), x) }),
  fire: ({ v }, p) => sub(v, p.vThreshold),
  reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
});

/**
 * Current-based leaky integrate and fire:
 *
 *     c = cDecay·c + x,   v' = vDecay·v + c,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * The synaptic current c is never reset. Decays are per step. As the ILCCUBALIFNode of SpikingJelly.
 */
export const cubaLif: Neuron = /* @__PURE__ */ defineNeuron({
  name: "cuba-lif",
  rest: (p) => ({ c: 0, v: p.vReset ?? 0 }),
  params: { cDecay: 0.5, vDecay: 0.75, vThreshold: 0.5, vReset },
  bounds: { cDecay: decay, vDecay: decay },
  charge: ({ c, v }, x, p) => {
    const current = add(mul(c, p.cDecay), x);
    return { c: current, v: add(mul(v, p.vDecay), current) };
  },
  fire: ({ v }, p) => sub(v, p.vThreshold),
  reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
});
