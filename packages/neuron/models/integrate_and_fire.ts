import { add, sub } from "@spikeloop/expr";
import { makeNeuron } from "../define_neuron.ts";
import type { Neuron } from "../neuron.ts";
import { resetMembrane, resets, vReset } from "./membrane.ts";

/**
 * Integrate and fire:
 *
 *     v' = v + x,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold if vReset is null (soft reset). Dimensionless; as SpikingJelly's
 * IFNode and ILCIFNode.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { integrateAndFire } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(integrateAndFire, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 0.5));
 * assertEquals([...out.dataSync()], [0, 1, 0, 1, 0, 1]);
 * ```
 */
export const integrateAndFire: Neuron<"v", "vThreshold" | "vReset"> = /* @__PURE__ */ makeNeuron({
  name: "if",
  rest: (p) => ({ v: p.vReset ?? 0 }),
  params: { vThreshold: 1, vReset },
  bounds: { vReset: resets },
  charge: ({ v }, x) => ({ v: add(v, x) }),
  fire: ({ v }, p) => sub(v, p.vThreshold),
  reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
});
