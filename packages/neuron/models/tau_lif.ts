import { add, div, sub } from "@spikeloop/expr";
import { makeNeuron } from "../define_neuron.ts";
import type { Bounds, Neuron } from "../neuron.ts";
import { resetMembrane, resets, vReset } from "./membrane.ts";

const params = { tau: 2, vThreshold: 1, vReset };
const bounds = { tau: { above: 1 } as Bounds, vReset: resets };

/**
 * Leaky integrate and fire with a time constant:
 *
 *     v' = v + (x - (v - vReset)) / tau,
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or, if vReset is null, the leak goes to 0 and v = v' - spike·vThreshold (soft reset). tau is in
 * time steps, and more than 1. SpikingJelly's LIFNode.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { tauLif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(tauLif, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 1.5));
 * assertEquals([...out.dataSync()], [0, 1, 0, 1, 0, 1]);
 * ```
 */
export const tauLif: Neuron<"v", "tau" | "vThreshold" | "vReset"> = /* @__PURE__ */ makeNeuron({
  name: "tau-lif",
  rest: (p) => ({ v: p.vReset ?? 0 }),
  params,
  bounds,
  charge: ({ v }, x, p) => ({ v: add(v, div(sub(x, sub(v, p.vReset ?? 0)), p.tau)) }),
  fire: ({ v }, p) => sub(v, p.vThreshold),
  reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
});

/**
 * `tauLif` whose leak does not scale the input:
 *
 *     v' = v - (v - vReset) / tau + x
 *
 * SpikingJelly's LIFNode with decay_input=False.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { tauLifRawInput } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(tauLifRawInput, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 0.75));
 * assertEquals([...out.dataSync()], [0, 1, 0, 1, 0, 1]);
 * ```
 */
export const tauLifRawInput: Neuron<"v", "tau" | "vThreshold" | "vReset"> =
  /* @__PURE__ */ makeNeuron({
    name: "tau-lif-raw-input",
    rest: (p) => ({ v: p.vReset ?? 0 }),
    params,
    bounds,
    charge: ({ v }, x, p) => ({ v: add(sub(v, div(sub(v, p.vReset ?? 0), p.tau)), x) }),
    fire: ({ v }, p) => sub(v, p.vThreshold),
    reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
  });
