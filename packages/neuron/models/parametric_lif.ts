import { add, mul, sigmoid, sub } from "@spikeloop/expr";
import { makeNeuron } from "../define_neuron.ts";
import type { Neuron } from "../neuron.ts";
import { resetMembrane, resets, vReset } from "./membrane.ts";

const params = { w: 0, vThreshold: 1, vReset };
const bounds = { vReset: resets };

/**
 * Parametric leaky integrate and fire: w can be learned, and the time constant follows from 1/tau =
 * sigmoid(w).
 *
 *     v' = v + (x - (v - vReset))·sigmoid(w),
 *     spike where v' >= vThreshold,   v = (1 - spike)·v' + spike·vReset
 *
 * or, if vReset is null, the leak goes to 0 and v = v' - spike·vThreshold (soft reset). w = 0 is
 * tau = 2.
 *
 * Source: Fang et al., "Incorporating Learnable Membrane Time Constant to Enhance Learning of
 * Spiking Neural Networks", ICCV 2021, https://arxiv.org/abs/2007.05785. SpikingJelly's
 * ParametricLIFNode.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { parametricLif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(parametricLif, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 1.5));
 * assertEquals([...out.dataSync()], [0, 1, 0, 1, 0, 1]);
 * ```
 */
export const parametricLif: Neuron<"v", "w" | "vThreshold" | "vReset"> = /* @__PURE__ */ makeNeuron(
  {
    name: "parametric-lif",
    rest: (p) => ({ v: p.vReset ?? 0 }),
    params,
    bounds,
    charge: ({ v }, x, p) => ({ v: add(v, mul(sub(x, sub(v, p.vReset ?? 0)), sigmoid(p.w))) }),
    fire: ({ v }, p) => sub(v, p.vThreshold),
    reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
  },
);

/**
 * `parametricLif` whose leak does not scale the input:
 *
 *     v' = v - (v - vReset)·sigmoid(w) + x
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { parametricLifRawInput } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(parametricLifRawInput, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 0.75));
 * assertEquals([...out.dataSync()], [0, 1, 0, 1, 0, 1]);
 * ```
 */
export const parametricLifRawInput: Neuron<"v", "w" | "vThreshold" | "vReset"> =
  /* @__PURE__ */ makeNeuron({
    name: "parametric-lif-raw-input",
    rest: (p) => ({ v: p.vReset ?? 0 }),
    params,
    bounds,
    charge: ({ v }, x, p) => ({ v: add(sub(v, mul(sub(v, p.vReset ?? 0), sigmoid(p.w))), x) }),
    fire: ({ v }, p) => sub(v, p.vThreshold),
    reset: ({ v }, spike, p) => ({ v: resetMembrane(v, spike, p) }),
  });
