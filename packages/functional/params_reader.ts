import { CheckedScanSetting, type Tensor } from "@spikeloop/tensor";
import type { ScanKernel } from "@spikeloop/backend";
import type { NeuronParams } from "@spikeloop/neuron";
import type { CheckedConnection } from "./connection.ts";
import type { Tensors } from "./layer.ts";
import { readTensors } from "./tensor_record.ts";

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
  const names = [
    ...(group === 0 ? [] : hasBias ? ["weight", "bias"] : ["weight"]),
    ...learned,
  ];
  const own = kernel.params.slice(0, kernel.params.length - numbers.length);
  const values = [...own.map((name) => Math.fround(constants[name] ?? 0)), ...numbers];

  const withLearned = (params: Tensors) =>
    kernel.params.map((name, i) => learned.includes(name) ? params[name] : values[i]);

  // Sequences often run with the same parameters one after another, so the checked setting stays
  // until a tensor differs.
  let latest: CheckedScanSetting | undefined;
  const tensors: Tensor[] = [];

  const action = `use the params of ${label}`;
  const isFixed = learned.length === 0;

  return (params) => {
    if (latest !== undefined && holds(params, names, tensors)) return latest;
    const like = latest;
    latest = undefined;
    readTensors(action, "record", params, names, "init(key)", tensors);
    const { weight, bias } = params;
    const lateral = group === 0 ? undefined : {
      group,
      delay: connection?.delay,
      weight: connection === undefined ? weight : connection.effectiveWeight(weight),
      bias: bias ?? connection?.noBias(weight.backend),
    };
    const setting = new CheckedScanSetting(
      { kernel, units, params: isFixed ? values : withLearned(params), lateral },
      isFixed ? like : undefined,
    );
    // On a device, the scope in which an effective weight was made releases it when it ends.
    if (connection === undefined || setting.backend?.openScope === undefined) latest = setting;
    return setting;
  };
}

/** Whether a record holds these tensors under these names, in their order. */
function holds(record: Tensors, names: readonly string[], tensors: readonly Tensor[]): boolean {
  let count = 0;
  for (const name in record) {
    if (name !== names[count] || record[name] !== tensors[count++]) return false;
  }
  return count === names.length && typeof record === "object" && record !== null;
}
