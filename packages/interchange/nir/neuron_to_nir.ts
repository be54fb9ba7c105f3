import { describe, takeNumber, takeRecord } from "@spikeloop/errors";
import { integrateAndFire, lif, type Neuron, resolveParams } from "@spikeloop/neuron";
import { showShape } from "@spikeloop/backend";
import { checkReadable, Tensor, tensor } from "@spikeloop/tensor";
import { exactCubaLif } from "./exact_cuba_lif.ts";
import type { NirCubaLIF, NirIF, NirLIF } from "./nodes.ts";
import {
  checkStepping,
  failConversion,
  gainsOf,
  models,
  type NirStepping,
  tauOf,
} from "./stepping.ts";

/** The most units of a node. Every field of a node has a number for each. */
const mostUnits = 2 ** 24;

/** The options of `neuronToNir`. */
export interface NirWriting extends NirStepping {
  /** D, the number of units, at most 2²⁴. */
  readonly units: number;
}

/**
 * Converts a model of this library into a NIR node. It is the inverse of {@linkcode neuronFromNir}
 * with an `inputScale` of 1 and a `vLeak` of 0, with R = 1/(1 - d) and wᵢₙ = 1/(1 - dₛ), or R =
 * 1/dt for `integrateAndFire`. `cubaLif` is a solution by Euler, and `exactCubaLif` an exact one,
 * with R = currentGain/k.
 *
 * @param model `lif`, `cubaLif` (by Euler), `exactCubaLif` (exact) or `integrateAndFire`.
 * @param params The parameters that differ from the model's defaults: numbers, or tensors of shape
 * [] or [D] that were learned.
 * @throws {TypeError} if it is another model, or a parameter or an option is unknown or of the
 * wrong kind.
 * @throws {RangeError} if the reset is soft (`vReset: null`), which NIR does not have; if no time
 * constant has a decay, because it lies outside of (0, 1), or of [0, 1) by Euler; if the gains of
 * `exactCubaLif` are no solution of NIR's equations; if the model is a solution by the other
 * method; or if an option is out of range.
 *
 * @example
 * ```ts
 * import { neuronFromNir, neuronToNir } from "@spikeloop/interchange";
 * import { cubaLif } from "@spikeloop/neuron";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const node = neuronToNir(cubaLif, { vThreshold: 0.5 }, { units: 3, dt: 0.001 });
 * if (node.type === "CubaLIF") assertAlmostEquals(node.tauMem.dataSync()[0], 0.004, 1e-9);
 * const { params, inputScale } = neuronFromNir(node, { dt: 0.001 });
 * assertAlmostEquals(params.vDecay, 0.75, 1e-6);
 * assertAlmostEquals(inputScale.dataSync()[0], 1, 1e-6);
 * ```
 */
export function neuronToNir(
  model: Neuron,
  params: Readonly<Record<string, number | null | Tensor>>,
  stepping: NirWriting,
): NirIF | NirLIF | NirCubaLIF {
  checkStepping(stepping, ["units"]);
  const { dt } = stepping;
  const units = takeNumber("convert the neuron", "units", stepping.units, {
    ...{ integer: true, min: 1, max: mostUnits },
  });
  const method = stepping.method ?? "euler";
  const other = method === "euler" ? "exact" : "euler";
  if (!Object.values(models[method]).includes(model)) {
    if (Object.values(models[other]).includes(model)) {
      failConversion(
        `the method is "${method}", expected "${other}", by which ${model.name} solves CubaLIF`,
        RangeError,
      );
    }
    const name: unknown = (model as Partial<Neuron> | null | undefined)?.name;
    failConversion(
      `it is ${
        typeof name === "string" ? describe(name) : describe(model)
      }, expected lif, cubaLif, exactCubaLif or integrateAndFire`,
    );
  }
  takeRecord("convert the neuron", "params", params);
  const constants = resolveParams(
    model,
    Object.fromEntries(
      // The default stands for a tensor: only its name is checked here.
      Object.entries(params).map((
        [name, value],
      ) => [name, value instanceof Tensor ? model.params[name] ?? 0 : value]),
    ),
  );
  /** A parameter of every unit. */
  const read = (name: string): Float64Array => {
    const x = params[name];
    if (x instanceof Tensor) {
      if (x.size !== 1 && x.size !== units) {
        failConversion(`${name} has shape ${showShape(x.shape)}, expected [] or [${units}]`);
      }
      checkReadable("convert the neuron", name, x, "params");
      const numbers = x.dataSync();
      return Float64Array.from({ length: units }, (_, i) => numbers[i % numbers.length]);
    }
    const value = constants[name];
    if (value === null) {
      return failConversion(`${name} is null: NIR has no soft reset`, RangeError);
    }
    return new Float64Array(units).fill(value);
  };
  const perUnit = (numbers: Float64Array) => tensor(Float32Array.from(numbers), [units]);
  const same = (value: number) => perUnit(new Float64Array(units).fill(value));
  const shared = { vThreshold: perUnit(read("vThreshold")), vReset: perUnit(read("vReset")) };
  if (model === integrateAndFire) return { type: "IF", r: same(1 / dt), ...shared };
  const vDecay = read("vDecay");
  const membrane = vDecay.map((d) => tauOf(d, "vDecay", stepping));
  const resistance = { r: perUnit(vDecay.map((d) => 1 / (1 - d))), vLeak: same(0), ...shared };
  if (model === lif) return { type: "LIF", tau: perUnit(membrane), ...resistance };
  const cDecay = read("cDecay");
  const synapse = cDecay.map((d) => tauOf(d, "cDecay", stepping));
  const node = {
    ...{ type: "CubaLIF", tauMem: perUnit(membrane), tauSyn: perUnit(synapse) } as const,
    ...{ wIn: perUnit(cDecay.map((d) => 1 / (1 - d))), ...resistance },
  };
  if (model !== exactCubaLif) return node;
  const [ofCurrent, ofInput] = [read("currentGain"), read("inputGain")];
  const r = ofCurrent.map((gain, i) => {
    const exact = gainsOf(membrane[i], synapse[i], dt);
    const r = gain / exact.ofCurrent;
    // Decays are float32, so that time constants far above dt are known to fewer digits.
    const tolerance = 1e-4 + 1e-6 / (1 - Math.max(vDecay[i], cDecay[i]));
    if (!(Math.abs(r * exact.ofInput - ofInput[i]) <= tolerance * Math.abs(ofInput[i]))) {
      failConversion(
        `inputGain is ${ofInput[i]}, expected ${r * exact.ofInput}, which NIR's equations yield ` +
          `for currentGain ${gain} and these decays`,
        RangeError,
      );
    }
    return r;
  });
  return { ...node, r: perUnit(r) };
}
