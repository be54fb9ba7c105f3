import { add, mul, sub } from "@spikeloop/expr";
import { makeNeuron } from "../define_neuron.ts";
import type { Neuron } from "../neuron.ts";
import { decays, resetMembrane, resets, vReset } from "./membrane.ts";

/**
 * Current-based leaky integrate and fire:
 *
 *     c = cDecay·c + x,   v' = vDecay·v + c,
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or v = v' - spike·vThreshold if vReset is null (soft reset). The synaptic current c is never
 * reset. Decays are per step. SpikingJelly's CUBALIFNode and ILCCUBALIFNode.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { cubaLif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(cubaLif, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 0.2));
 * assertEquals([...out.dataSync()], [0, 0, 1, 0, 1, 0]);
 * ```
 */
export const cubaLif: Neuron<"c" | "v", "cDecay" | "vDecay" | "vThreshold" | "vReset"> =
  /* @__PURE__ */ makeNeuron({
    name: "cuba-lif",
    rest: (p) => ({ c: 0, v: p.vReset ?? 0 }),
    params: { cDecay: 0.5, vDecay: 0.75, vThreshold: 0.5, vReset },
    bounds: { cDecay: decays, vDecay: decays, vReset: resets },
    charge: ({ c, v }, x, p) => {
      const current = add(mul(c, p.cDecay), x);
      return { c: current, v: add(mul(v, p.vDecay), current) };
    },
    fire: ({ v }, p) => sub(v, p.vThreshold),
    reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
  });
