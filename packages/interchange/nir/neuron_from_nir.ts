import { describeOption } from "@spikeloop/errors";
import type { Neuron } from "@spikeloop/neuron";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { checkNode } from "./check_graph.ts";
import type { NirCubaLIF, NirIF, NirLIF } from "./nodes.ts";
import {
  checkStepping,
  decayOf,
  failConversion,
  gainsOf,
  models,
  type NirStepping,
} from "./stepping.ts";

/** A NIR node as a model of this library. */
export interface NirNeuron {
  /** `lif`, `cubaLif`, `exactCubaLif` or `integrateAndFire`. */
  readonly model: Neuron;
  /** D, the number of units: the size of the node's tensors. */
  readonly units: number;
  /**
   * The parameters that are equal in all units; the option `params` of `plain`, `ilc` and `dense`.
   */
  readonly params: Readonly<Record<string, number>>;
  /**
   * The parameters that differ, [D] each. Give their names as the option `learn`, and the record to
   * the population as its params.
   */
  readonly perUnit: Readonly<Record<string, Tensor>>;
  /**
   * The factor of the input, [D]: `mul(x, inputScale)`, or scale the rows of the weight before it.
   */
  readonly inputScale: Tensor;
}

/**
 * Converts a NIR node into a model of this library, with steps of `dt`. The decay per step is
 * d = 1 - dt/τ or exp(-dt/τ). Membranes are counted from vLeak, v̂ = v - vLeak:
 *
 *     IF        v' = v + dt·R·I
 *     LIF       v̂' = d·v̂ + (1 - d)·R·I
 *     CubaLIF   c' = dₛ·c + (1 - dₘ)·R·(1 - dₛ)·wᵢₙ·S,   v̂' = dₘ·v̂ + c',   where c = (1 - dₘ)·R·I
 *       exact   v̂' = dₘ·v̂ + R·(k·c + (1 - dₘ - k)·wᵢₙ·S),   c' = dₛ·c + (1 - dₛ)·wᵢₙ·S,   where
 *               c = I and k = τₛ·(dₛ - dₘ) / (τₛ - τₘ)
 *
 * So `vDecay` is d or dₘ, and `cDecay` is dₛ. `vThreshold` and `vReset` are the node's less vLeak.
 * `inputScale` is the factor of the input. With method "exact", the state at the end of every step
 * is the solution of the node's equations for an input that is constant within the step: c is I.
 *
 * Two things differ. Units of this library fire where v >= vThreshold, NIR's where v > vThreshold.
 * A fresh state begins at `vReset` (at 0 if `vReset` differs between units), while NIR does not say
 * where it begins.
 *
 * @throws {TypeError} if the node is of another type, lacks a field, or its tensors differ in
 * shape.
 * @throws {RangeError} if `dt`, `method` or a time constant is out of range.
 *
 * @example
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { neuronFromNir, type NirLIF } from "@spikeloop/interchange";
 * import { full, mul } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const x = (value: number) => full([4], value);
 * const node: NirLIF = { type: "LIF", tau: x(0.02), r: x(1), vLeak: x(0), vThreshold: x(1) };
 * const { model, units, params, perUnit, inputScale } = neuronFromNir(node, { dt: 0.005 });
 * assertEquals([params.vDecay, params.vThreshold, params.vReset], [0.75, 1, 0]);
 *
 * const population = plain(model, { units, params, learn: Object.keys(perUnit) });
 * const current = mul(full([10, 1, 4], 1.5), inputScale);
 * const [, spikes] = population.multiStep(perUnit, population.initialState(1), current);
 * assertEquals(spikes.shape, [10, 1, 4]);
 * ```
 */
export function neuronFromNir(
  node: NirIF | NirLIF | NirCubaLIF,
  stepping: NirStepping,
): NirNeuron {
  checkStepping(stepping);
  const solutions = models[stepping.method ?? "euler"];
  if (typeof node?.type !== "string" || !Object.hasOwn(solutions, node.type)) {
    failConversion(
      `the node is of type ${describeOption(node?.type)}, expected IF, LIF or CubaLIF`,
    );
  }
  checkNode(node, (problem) => failConversion(`its ${problem}`));
  const units = node.vThreshold.size;
  const each = (f: (unit: number) => number) =>
    Float64Array.from({ length: units }, (_, i) => f(i));
  /** The numbers of a field that may be missing. */
  const read = (x: Tensor | undefined, fallback: number): ArrayLike<number> =>
    x?.dataSync() ?? each(() => fallback);
  const decays = (tau: Tensor, name: string) => {
    const taus = tau.dataSync();
    return each((i) => decayOf(taus[i], name, stepping));
  };
  const [vThreshold, r] = [node.vThreshold.dataSync(), node.r.dataSync()];
  const vReset = read(node.vReset, 0);
  const leak = read(node.type === "IF" ? undefined : node.vLeak, 0);
  const values: Record<string, Float64Array> = {
    vThreshold: each((i) => vThreshold[i] - leak[i]),
    vReset: each((i) => vReset[i] - leak[i]),
  };
  let scale = each((i) => stepping.dt * r[i]);
  if (node.type !== "IF") {
    const vDecay = node.type === "LIF" ? decays(node.tau, "tau") : decays(node.tauMem, "tauMem");
    scale = each((i) => (1 - vDecay[i]) * r[i]);
    values.vDecay = vDecay;
  }
  if (node.type === "CubaLIF") {
    const [cDecay, wIn] = [decays(node.tauSyn, "tauSyn"), read(node.wIn, 1)];
    const [tauMem, tauSyn] = [node.tauMem.dataSync(), node.tauSyn.dataSync()];
    values.cDecay = cDecay;
    if (stepping.method === "exact") {
      const gain = (i: number) => gainsOf(tauMem[i], tauSyn[i], stepping.dt);
      values.currentGain = each((i) => r[i] * gain(i).ofCurrent);
      values.inputGain = each((i) => r[i] * gain(i).ofInput);
      scale = each((i) => -Math.expm1(-Math.fround(stepping.dt) / tauSyn[i]) * wIn[i]);
    } else scale = scale.map((s, i) => s * (1 - cDecay[i]) * wIn[i]);
  }
  const params: Record<string, number> = {};
  const perUnit: Record<string, Tensor> = {};
  for (const [name, numbers] of Object.entries(values)) {
    if (numbers.every((n) => n === numbers[0])) params[name] = Math.fround(numbers[0]);
    else perUnit[name] = tensor(Float32Array.from(numbers), [units]);
  }
  const inputScale = tensor(Float32Array.from(scale), [units]);
  return { model: solutions[node.type], units, params, perUnit, inputScale };
}
