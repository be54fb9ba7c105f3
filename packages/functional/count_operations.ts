import {
  checkOptions,
  fail,
  refuse,
  takeCount,
  takeList,
  takeRecord,
  takeText,
} from "@spikeloop/errors";
import { showShape } from "@spikeloop/backend";
import { checkTensor, Tensor } from "@spikeloop/tensor";

/** Weights, and their input over a run. */
export interface RecordedConnection {
  /** Its name in messages and tables. */
  readonly name: string;
  /** [R, F], rows receive; or [R, 1, P] for groups of P inputs that their own rows hear. */
  readonly weight: Tensor;
  /** Its input at every step, [T, N, F]. */
  readonly input: Tensor;
  /** Whether it leads back to units that send its input. False if missing. */
  readonly isRecurrent?: boolean;
}

/** Units, and their output over a run. */
export interface RecordedUnits {
  /** Their name in tables. */
  readonly name: string;
  /** Their output at every step, [T, N, D]. */
  readonly output: Tensor;
  /** The number of variables that a unit keeps from step to step. */
  readonly variables: number;
}

/** A run of a network. All tensors have the same number of rows. */
export interface ActivityRecord {
  /** All weights, those that are recurrent too. */
  readonly connections: readonly RecordedConnection[];
  /** All units that fire. */
  readonly populations: readonly RecordedUnits[];
  /** The number of all parameters; the number of weights if missing. */
  readonly parameters?: number;
}

/** The operations of one connection per sample. */
export interface ConnectionOperations {
  /** The name of the connection. */
  readonly name: string;
  /** Additions if its input is made of -1, 0 and 1 alone, else multiply-accumulates. */
  readonly kind: "AC" | "MAC";
  /** The operations with a weight and an input other than 0. */
  readonly effective: number;
  /** The operations with all weights and inputs. */
  readonly dense: number;
}

/**
 * The operations of a network and its use of memory. Those that depend on the input are means per
 * sample, over all of its time steps.
 */
export interface OperationCounts {
  /** Additions of a weight, for a spike that meets a weight other than 0. */
  readonly effectiveACs: number;
  /** Multiply-accumulates of an input that is no spike with a weight, neither of them 0. */
  readonly effectiveMACs: number;
  /** The synaptic operations of hardware that skips nothing: every weight at every step. */
  readonly dense: number;
  /**
   * The multiply-accumulates of the dense counterpart: a network without spikes of the same layers,
   * which runs once instead of T steps and has no recurrent weights.
   */
  readonly counterpart: number;
  /** The share of outputs of units that are 0. */
  readonly activationSparsity: number;
  /** The share of weights that are 0. */
  readonly connectionSparsity: number;
  /** The bytes of all parameters, at 4 bytes each. */
  readonly footprint: number;
  /** Updates of units: one per unit and step, whether it fires or not. */
  readonly unitUpdates: number;
  /** Bytes that move between memory and arithmetic where nothing is kept in registers. */
  readonly traffic: {
    /** 4 bytes for the weight of every effective operation. */
    readonly weights: number;
    /** Reading and writing every variable of every unit at every step, 4 bytes each. */
    readonly states: number;
    /** The counterpart's: every weight once, and the inputs and outputs of its layers. */
    readonly counterpart: number;
  };
  /** The mean output of every population per unit and step: its spike rate. */
  readonly rates: readonly { readonly name: string; readonly rate: number }[];
  /** The operations connection by connection. */
  readonly connections: readonly ConnectionOperations[];
}

/** The bytes of a number. */
const bytes = 4;

/**
 * Counts the operations of a recorded run. With weights w, inputs x and N samples,
 *
 *     effective = 1/N · Σ over t, n, i, j of [w_ij ≠ 0] · [x_j(t, n) ≠ 0]
 *     dense     = 1/N · Σ over t, n, i, j of 1
 *     activation sparsity = outputs that are 0 / outputs,    over all units, steps and samples
 *     connection sparsity = weights that are 0 / weights
 *
 * The effective operations of a connection are accumulates (ACs) if all of its inputs are -1, 0 or
 * 1, else multiply-accumulates (MACs). Biases are no synaptic operations. These are the definitions
 * of NeuroBench 2 (Yik et al., "The neurobench framework for benchmarking neuromorphic computing
 * algorithms and systems", Nature Communications 2025), with three differences: a connection is of
 * one kind for the whole run, where NeuroBench decides call by call; a recurrent weight counts as
 * any other; and constants of a neuron model are no part of the footprint.
 *
 * @throws {TypeError} if the record or a part of it is of the wrong kind, or a weight does not fit
 * its input.
 * @throws {RangeError} if there are no steps or rows.
 *
 * @example
 * ```ts
 * import { countOperations } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * // Two steps of one sample: a spike of the first input, then of both.
 * const input = tensor([[[1, 0]], [[1, 1]]]);
 * const weight = tensor([[0.5, -0.2], [0, 0.3], [0.1, 0]]);
 * const counts = await countOperations({
 *   connections: [{ name: "fc", weight, input }],
 *   populations: [],
 * });
 * assertEquals([counts.effectiveACs, counts.dense, counts.counterpart], [2 + 4, 12, 6]);
 * ```
 */
export async function countOperations(record: ActivityRecord): Promise<OperationCounts> {
  const action = "run countOperations";
  checkOptions(action, record, ["connections", "populations", "parameters"]);
  const connections = takeList(action, "connections", record.connections, takeRecordedConnection);
  const populations = takeList(action, "populations", record.populations, takeUnits);
  const { parameters } = record;
  if (parameters !== undefined) takeCount(action, "parameters", parameters, 0);
  const rows = connections[0]?.input.shape[1] ?? populations[0]?.output.shape[1] ?? 1;
  const others = [...connections.map(({ input }) => input), ...populations.map((p) => p.output)];
  const odd = others.find(({ shape }) => shape[1] !== rows);
  if (odd !== undefined) fail(action, `rows are ${rows} and ${odd.shape[1]}, expected one number`);

  const counted = await Promise.all(connections.map(countConnection));
  const units = await Promise.all(populations.map(countUnits));
  const total = <T>(list: readonly T[], of: (one: T) => number) =>
    list.reduce((sum, one) => sum + of(one), 0);
  const weights = total(counted, (c) => c.weights);
  const outputs = total(units, (u) => u.outputs);
  const forward = counted.filter((_, i) => !connections[i].isRecurrent);
  const effective = (kind: "AC" | "MAC") =>
    total(counted, (c) => c.kind === kind ? c.effective : 0);
  return {
    effectiveACs: effective("AC"),
    effectiveMACs: effective("MAC"),
    dense: total(counted, (c) => c.dense),
    counterpart: total(forward, (c) => c.weights),
    activationSparsity: outputs === 0 ? 0 : 1 - total(units, (u) => u.active) / outputs,
    connectionSparsity: weights === 0 ? 0 : total(counted, (c) => c.zeros) / weights,
    footprint: bytes * (parameters ?? weights),
    unitUpdates: outputs / rows,
    traffic: {
      weights: bytes * total(counted, (c) => c.effective),
      states: bytes * 2 * total(units, (u) => u.outputs * u.variables) / rows,
      counterpart: bytes * total(forward, (c) => c.weights + c.inputs + c.outputs),
    },
    rates: units.map(({ name, sum, outputs }) => ({ name, rate: sum / outputs })),
    connections: counted.map(({ name, kind, effective, dense }) => ({
      ...{ name, kind, effective, dense },
    })),
  };
}

/** Counts what one connection does. */
async function countConnection({ name, weight, input }: RecordedConnection) {
  const [steps, rows, features] = input.shape;
  const perRow = weight.shape.at(-1) ?? 1; // inputs that a row hears
  const groups = features / perRow;
  const rowsPerGroup = weight.shape[0] / groups;
  const [weights, inputs] = await Promise.all([weight.data(), input.data()]);
  const fanOut = new Float64Array(features);
  weights.forEach((w, i) => {
    const group = Math.floor(i / perRow / rowsPerGroup);
    if (w !== 0) fanOut[group * perRow + i % perRow]++;
  });
  let [effective, isBinary] = [0, true];
  inputs.forEach((x, i) => {
    if (x === 0) return;
    effective += fanOut[i % features];
    isBinary &&= x === 1 || x === -1;
  });
  return {
    name,
    kind: isBinary ? "AC" as const : "MAC" as const,
    effective: effective / rows,
    dense: steps * weight.size,
    weights: weight.size,
    zeros: weights.reduce((zeros, w) => zeros + Number(w === 0), 0),
    inputs: features,
    outputs: weight.shape[0],
  };
}

/** Counts what the units of a population send. */
async function countUnits({ name, output, variables }: RecordedUnits) {
  const data = await output.data();
  return {
    ...{ name, variables, outputs: data.length },
    active: data.reduce((active, x) => active + Number(x !== 0), 0),
    sum: data.reduce((sum, x) => sum + x, 0),
  };
}

function takeRecordedConnection(action: string, name: string, value: unknown): RecordedConnection {
  const connection = takeRecord(action, name, value, "a record with name, weight and input");
  checkOptions(action, connection, ["name", "weight", "input", "isRecurrent"], "part");
  takeText(action, `${name}.name`, connection.name);
  const input = takeSequence(action, `${name}.input`, connection.input);
  const { weight } = connection;
  checkTensor("countOperations", `${name}.weight`, weight);
  const { shape } = weight as Tensor;
  const features = input.shape[2];
  const isMatrix = shape.length === 2 && shape[1] === features;
  const groups = features / (shape[2] ?? 1);
  const isGrouped = shape.length === 3 && shape[1] === 1 && Number.isInteger(groups) &&
    Number.isInteger(shape[0] / groups);
  if (!isMatrix && !isGrouped) {
    const shapes = `${showShape(shape)} and its input ${showShape(input.shape)}`;
    fail(action, `${name}.weight has shape ${shapes}, which do not fit`);
  }
  return connection as unknown as RecordedConnection;
}

function takeUnits(action: string, name: string, value: unknown): RecordedUnits {
  const units = takeRecord(action, name, value, "a record with name, output and variables");
  checkOptions(action, units, ["name", "output", "variables"], "part");
  takeText(action, `${name}.name`, units.name);
  takeSequence(action, `${name}.output`, units.output);
  takeCount(action, `${name}.variables`, units.variables as number, 0);
  return units as unknown as RecordedUnits;
}

function takeSequence(action: string, name: string, value: unknown): Tensor {
  if (!(value instanceof Tensor)) return refuse(action, name, value, "a tensor [T, N, F]");
  const shape = showShape(value.shape);
  if (value.shape.length !== 3) fail(action, `${name} has shape ${shape}, expected [T, N, F]`);
  if (value.size === 0) fail(action, `${name} has shape ${shape}, expected no 0`, RangeError);
  return value;
}
