import { describe, didYouMean, fail, refuse } from "@spikeloop/errors";
import { CheckedScanSetting, type ScanSetting, Tensor } from "@spikeloop/tensor";
import { sameShape, type ScanKernel, type Shape, showShape } from "@spikeloop/backend";
import type { NeuronParams } from "@spikeloop/neuron";
import type { CheckedConnection } from "./connection.ts";
import type { Tensors } from "./layer.ts";

/** The part of a population that decides how its parameters are read. */
export interface ParamsReaderOptions {
  readonly kernel: ScanKernel;
  /** The values of the kernel's last parameters: numbers in the surrogate's maths. */
  readonly numbers: readonly number[];
  readonly units: number;
  readonly group: number;
  readonly connection?: CheckedConnection;
  readonly constants: NeuronParams;
  readonly learned: readonly string[];
}

/**
 * Returns a function that checks a record of parameters and turns it into the setting of the time
 * loop. It throws a TypeError if a parameter is missing, unknown or of another shape.
 */
export function paramsReader(
  label: string,
  { kernel, numbers, units, group, connection, constants, learned }: ParamsReaderOptions,
): (params: Tensors) => CheckedScanSetting {
  const hasBias = connection === undefined || connection.hasBias;
  const wiringNames = group === 0 ? [] : hasBias ? ["weight", "bias"] : ["weight"];
  const names = [...wiringNames, ...learned];
  const action = `use the params of ${label}`;
  const expected = `expected ${names.length === 0 ? "an empty record" : names.join(", ")}; ` +
    "make them with init(key)";
  const own = kernel.params.slice(0, kernel.params.length - numbers.length);
  const values = [...own.map((name) => Math.fround(constants[name] ?? 0)), ...numbers];

  // Sequences often run with the same parameters one after another, so the checked setting stays
  // until a tensor differs.
  let latest: CheckedScanSetting | undefined;

  /** The latest setting as it was to be checked. */
  const setting: { -readonly [Name in keyof ScanSetting]: ScanSetting[Name] } = {
    kernel,
    units,
    params: values,
    lateral: undefined,
  };

  const shapes = { weight: [[units, 1, group]], bias: [[units]], learned: [[], [units]] };

  function read(params: Tensors, name: string, shapes: readonly Shape[]): Tensor {
    const value: unknown = params[name];
    if (value instanceof Tensor) {
      for (const shape of shapes) if (sameShape(shape, value.shape)) return value;
      const known = shapes.map(showShape).join(" or ");
      fail(action, `${name} has shape ${showShape(value.shape)}, expected ${known}`);
    }
    if (value === undefined) fail(action, `${name} is missing, ${expected}`);
    return refuse(action, name, value, "a tensor");
  }

  function check(params: Tensors): CheckedScanSetting {
    if (typeof params !== "object" || params === null || params instanceof Tensor) {
      fail(action, `they are ${describe(params)}, ${expected}`);
    }
    for (const name in params) {
      if (names.includes(name)) continue;
      fail(action, `"${name}" is none of them, ${expected}${didYouMean(name, names)}`);
    }
    const weight = group === 0 ? undefined : read(params, "weight", shapes.weight);
    if (learned.length > 0) {
      setting.params = kernel.params.map((name, i) =>
        learned.includes(name) ? read(params, name, shapes.learned) : values[i]
      );
    }
    setting.lateral = weight && {
      group,
      delay: connection?.delay,
      weight: connection === undefined ? weight : connection.effectiveWeight(weight),
      bias: connection === undefined || connection.hasBias
        ? read(params, "bias", shapes.bias)
        : connection.noBias(weight.backend),
    };
    return new CheckedScanSetting(setting, learned.length === 0 ? latest : undefined);
  }

  const latestTensors = new Array<Tensor | undefined>(names.length).fill(undefined);

  function isLatest(params: Tensors): boolean {
    if (typeof params !== "object" || params === null) return false;
    for (let i = 0; i < names.length; i++) if (params[names[i]] !== latestTensors[i]) return false;
    let count = 0;
    for (const _ in params) count++;
    return count === names.length;
  }

  return (params) => {
    if (latest !== undefined && isLatest(params)) return latest;
    const setting = check(params);
    // On a device, the scope in which an effective weight was made releases it when it ends.
    if (connection !== undefined && setting.backend?.openScope !== undefined) return setting;
    for (let i = 0; i < names.length; i++) latestTensors[i] = params[names[i]];
    return latest = setting;
  };
}
