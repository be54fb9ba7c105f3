import { describe } from "@spikeloop/errors";
import { integrateAndFire, lif, type Neuron, resolveParams } from "@spikeloop/neuron";
import { showShape } from "@spikeloop/backend";
import { Tensor, tensor } from "@spikeloop/tensor";
import type { NirCubaLIF, NirIF, NirLIF } from "./nodes.ts";
import { checkStepping, fail, models, type NirStepping, tauOf } from "./stepping.ts";

/** What `neuronToNir` needs besides. */
export interface NirWriting extends NirStepping {
  /** D, the number of units. */
  readonly units: number;
}

/**
 * A model of this library as a NIR node: the inverse of {@linkcode neuronFromNir} with an `inputScale` of 1 and a
 * `vLeak` of 0, by R = 1/(1 - d) and wᵢₙ = 1/(1 - dₛ), or R = 1/dt for `integrateAndFire`.
 *
 * @param model `lif`, `cubaLif` or `integrateAndFire`.
 * @param params Where they differ from the model's defaults: numbers, or tensors [] or [D] where they were learned.
 * @throws {TypeError} if it is another model, or has no such parameter.
 * @throws {RangeError} if the reset is soft (`vReset: null`), which NIR does not have, or a decay is not that of a time
 * constant: outside of (0, 1), or of [0, 1) by Euler.
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
  const { units, dt } = stepping;
  if (!Number.isInteger(units) || units < 1) {
    fail(RangeError, `units is ${String(units)}, expected an integer of at least 1`);
  }
  if (!Object.values(models).includes(model)) {
    fail(TypeError, `it is "${model?.name}", expected lif, cubaLif or integrateAndFire`);
  }
  if (typeof params !== "object" || params === null) {
    fail(TypeError, `params are ${describe(params)}, expected a record`);
  }
  const constants = resolveParams(
    model,
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => // Of a tensor, only the name is checked here.
      [name, value instanceof Tensor ? model.params[name] ?? 0 : value]),
    ),
  );
  /** A parameter of every unit. */
  const read = (name: string): Float64Array => {
    const given = params[name];
    if (given instanceof Tensor) {
      if (given.size !== 1 && given.size !== units) {
        fail(TypeError, `${name} has shape ${showShape(given.shape)}, expected [] or [${units}]`);
      }
      const numbers = given.dataSync();
      return Float64Array.from({ length: units }, (_, i) => numbers[i % numbers.length]);
    }
    const value = constants[name];
    if (value === null) return fail(RangeError, `${name} is null: NIR has no soft reset`);
    return new Float64Array(units).fill(value);
  };
  const make = (numbers: Float64Array) => tensor(Float32Array.from(numbers), [units]);
  const same = (value: number) => make(new Float64Array(units).fill(value));
  const shared = { vThreshold: make(read("vThreshold")), vReset: make(read("vReset")) };
  if (model === integrateAndFire) return { type: "IF", r: same(1 / dt), ...shared };
  const vDecay = read("vDecay");
  const membrane = vDecay.map((d) => tauOf(d, "vDecay", stepping));
  const resistance = { r: make(vDecay.map((d) => 1 / (1 - d))), vLeak: same(0), ...shared };
  if (model === lif) return { type: "LIF", tau: make(membrane), ...resistance };
  const cDecay = read("cDecay");
  return {
    type: "CubaLIF",
    tauMem: make(membrane),
    tauSyn: make(cDecay.map((d) => tauOf(d, "cDecay", stepping))),
    wIn: make(cDecay.map((d) => 1 / (1 - d))),
    ...resistance,
  };
}
