import { add, mul, sub } from "@spikeloop/expr";
import { makeNeuron } from "../define_neuron.ts";
import type { Neuron } from "../neuron.ts";
import { decays, resetMembrane, resets, vReset } from "./membrane.ts";

/**
 * Leaky integrate and fire:
 *
 *     v' = vDecay·v + x,   spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold if vReset is null (soft reset). vDecay is per step. The leak goes to
 * 0 and the input is not scaled, as in SpikingJelly's ILCLIFNode; `tauLif` is its plain LIFNode.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(lif, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 0.5));
 * assertEquals([...out.dataSync()], [0, 0, 1, 0, 0, 1]);
 * ```
 */
export const lif: Neuron<"v", "vDecay" | "vThreshold" | "vReset"> = /* @__PURE__ */ makeNeuron({
  name: "lif",
  rest: (p) => ({ v: p.vReset ?? 0 }),
  params: { vDecay: 0.75, vThreshold: 1, vReset },
  bounds: { vDecay: decays, vReset: resets },
  charge: ({ v }, x, p) => ({ v: add(mul(v, p.vDecay), x) }),
  fire: ({ v }, p) => sub(v, p.vThreshold),
  reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
});
