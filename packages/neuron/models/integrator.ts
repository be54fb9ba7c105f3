import { add, div, mul, sub } from "@spikeloop/expr";
import { makeNeuron } from "../define_neuron.ts";
import type { Neuron } from "../neuron.ts";

/**
 * A membrane that never fires and sends its value out:
 *
 *     v = v + x
 *
 * SpikingJelly's NonSpikingIFNode.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { integrator } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(integrator, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 0.5));
 * assertEquals([...out.dataSync()], [0.5, 1, 1.5, 2, 2.5, 3]);
 * ```
 */
export const integrator: Neuron<"v", never> = /* @__PURE__ */ makeNeuron({
  name: "integrator",
  rest: { v: 0 },
  params: {},
  charge: ({ v }, x) => ({ v: add(v, x) }),
  emit: ({ v }) => v,
});

/**
 * `integrator` with a leak to 0:
 *
 *     v = v + (x - v) / tau
 *
 * tau is in time steps, and more than 1. SpikingJelly's NonSpikingLIFNode.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { leakyIntegrator } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(leakyIntegrator, { units: 1 });
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), full([6, 1, 1], 1));
 * assertEquals([...out.dataSync()], [0.5, 0.75, 0.875, 0.9375, 0.96875, 0.984375]);
 * ```
 */
export const leakyIntegrator: Neuron<"v", "tau"> = /* @__PURE__ */ makeNeuron({
  name: "leaky-integrator",
  rest: { v: 0 },
  params: { tau: 2 },
  bounds: { tau: { above: 1 } },
  charge: ({ v }, x, p) => ({ v: add(v, div(sub(x, v), p.tau)) }),
  emit: ({ v }) => v,
});

/**
 * An integrator with noise on its input:
 *
 *     v = v + (x + sigma·noise)
 *
 * sigma can be learned, one value per unit. It reads the sequence "noiseV" [T, N, D].
 * SpikingJelly's NoisyNonSpikingIFNode.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { noisyIntegrator } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { full, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const unit = plain(noisyIntegrator, { units: 1, params: { sigma: 0.5 } });
 * const noise = { noiseV: tensor([[[1]], [[-1]], [[2]]]) };
 * const x = full([3, 1, 1], 1);
 * const [, out] = unit.multiStep(unit.init(key(0)), unit.initialState(1), x, { noise });
 * assertEquals([...out.dataSync()], [1.5, 2, 4]);
 * ```
 */
export const noisyIntegrator: Neuron<"v", "sigma"> = /* @__PURE__ */ makeNeuron({
  name: "noisy-integrator",
  rest: { v: 0 },
  params: { sigma: 0 },
  noise: ["noiseV"],
  charge: ({ v }, x, p, { noiseV }) => ({ v: add(v, add(x, mul(p.sigma, noiseV))) }),
  emit: ({ v }) => v,
});
