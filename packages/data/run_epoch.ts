// One pass over a data set, with and without training.
import { type OptimizerState, type RunOptions, takeResult } from "@spikeloop/functional";
import { type Key, split } from "@spikeloop/random";
import {
  add,
  full,
  mapTree,
  mul,
  repeatSteps,
  scoped,
  sum,
  take,
  Tensor,
  transpose,
  type Tree,
  treeLeaves,
  valueAuxAndGrad,
} from "@spikeloop/tensor";
import { indicesOf } from "./batches.ts";
import type { Columns } from "./data_set.ts";
import { checkFinite, failNotFinite, type Outcome } from "./failing_layer.ts";
import type { Fitting, Metric, TrainingData } from "./fit_options.ts";

/** The rows of a batch. */
interface Rows {
  readonly x: Tensor;
  readonly y: Tensor;
  /** The other columns, for losses and metrics. */
  readonly columns: Readonly<Record<string, Tensor>>;
  /** How many steps of each row count, for read-outs. */
  readonly lengths: Tensor | undefined;
}

/** The options of a run. */
type Options = Pick<RunOptions, "training" | "lengths"> & { readonly key: Key };

/** Sums over samples: of the loss first, then of the metrics. */
type Sums = readonly Tensor[];

/** The training between two batches. */
interface Training<P extends Tree> {
  readonly params: P;
  readonly optimizer: OptimizerState<P>;
  readonly sums: Sums;
}

/** The random numbers and the metrics of an epoch. */
interface Epoch {
  /** For messages. */
  readonly title: string;
  /** Shuffles the samples. */
  readonly order: Key;
  /** Draws the randomness of the layer. */
  readonly run: Key;
  readonly metrics: readonly Metric[];
}

/**
 * Trains with every sample once.
 *
 * @throws {RangeError} if values stop being finite.
 */
export async function trainEpoch<P extends Tree, S extends Tree>(
  fitting: Fitting<P, S>,
  before: Omit<Training<P>, "sums">,
  { title, order, run, metrics }: Epoch,
): Promise<Training<P>> {
  const { layer, data, batchSize } = fitting;
  const { backend } = data.tensors.x;
  const isHost = backend.readSync !== undefined;
  // A function of its own for every epoch, so that it does not release what the epoch has yielded.
  const step = scoped(backend, updateOf(fitting, metrics));
  const zero = full([], 0, { backend });
  let training: Training<P> = { ...before, sums: [zero, ...metrics.map(() => zero)] };
  const keys = split(run, Math.ceil(data.samples / batchSize));
  const examine = (
    params: P,
    index: Float32Array,
    key: Key,
    outcome: Outcome,
    where: string,
  ) => {
    const { x, lengths } = rowsAt(fitting, data, index);
    const options = { key, training: true, lengths };
    return failNotFinite(layer, params, xSeqOf(fitting, x), options, outcome, where);
  };
  let number = 0;
  let last: [Float32Array, Key, Outcome] | undefined;
  for (const index of indicesOf(data.samples, batchSize, order)) {
    const key = keys[number++];
    const next = step(training, index, key);
    if (isHost && !Number.isFinite(next.check.item())) {
      await examine(training.params, index, key, next, `${title}, batch ${number}`);
    }
    training = next;
    last = [index, key, next];
  }
  // A device is read once per epoch, where the parameters tell which layer it was.
  if (last !== undefined) {
    const [total] = await training.sums[0].data();
    if (!Number.isFinite(total)) await examine(training.params, ...last, title);
    if (isHost) await checkFinite(training.params, "the parameter", title);
  }
  return training;
}

/** The training after a batch, and what it came from. */
type Update<P extends Tree> = Training<P> & Outcome & {
  /** A number that is not finite if the loss or, on the CPU, a gradient is not. */
  readonly check: Tensor;
};

/** Returns the function that trains with the samples of one batch. */
function updateOf<P extends Tree, S extends Tree>(
  fitting: Fitting<P, S>,
  metrics: readonly Metric[],
): (training: Training<P>, index: Float32Array, key: Key) => Update<P> {
  const { optimizer, data } = fitting;
  const isHost = data.tensors.x.backend.readSync !== undefined;
  const lossAndGrad = valueAuxAndGrad((params: Tree, rows: Rows, key: Key) => {
    const output = outputOf(fitting, params as P, rows, { key, training: true });
    return [fitting.loss(output, rows.y, rows.columns), [output]];
  });
  return (training, index, key) => {
    const rows = rowsAt(fitting, data, index);
    const [loss, [output], grads] = lossAndGrad(training.params, rows, key);
    const values = [loss, ...metrics.map((metric) => metric(output, rows.y, rows.columns))];
    const [params, state] = optimizer.update(training.params, grads as P, training.optimizer);
    return {
      params,
      optimizer: state,
      sums: addSums(training.sums, values, rows.x.shape[0]),
      loss,
      grads,
      check: isHost ? treeLeaves(grads).map((g) => sum(g)).reduce(add, loss) : loss,
    };
  };
}

/** The sums of loss and metrics over a data set, without training. */
export function validate<P extends Tree, S extends Tree>(
  fitting: Fitting<P, S>,
  data: Columns<TrainingData>,
  params: P,
  key: Key,
): Sums {
  const { backend } = data.tensors.x;
  const step = scoped(backend, (sums: Sums, index: Float32Array, key: Key): Sums => {
    const rows = rowsAt(fitting, data, index);
    const output = outputOf(fitting, params, rows, { key, training: false });
    const measures = [fitting.loss, ...Object.values(fitting.metrics)];
    const values = measures.map((measure) => measure(output, rows.y, rows.columns));
    return addSums(sums, values, rows.x.shape[0]);
  });
  const keys = split(key, Math.ceil(data.samples / fitting.batchSize));
  const zero = full([], 0, { backend });
  let sums: Sums = [zero, ...Object.keys(fitting.metrics).map(() => zero)];
  let number = 0;
  for (const index of indicesOf(data.samples, fitting.batchSize, undefined)) {
    sums = step(sums, index, keys[number++]);
  }
  return sums;
}

function rowsAt<P extends Tree, S extends Tree>(
  { layer }: Fitting<P, S>,
  { tensors }: Columns<TrainingData>,
  index: Float32Array,
): Rows {
  const { x, y, ...columns } = mapTree((column: Tensor) => take(column, index), tensors);
  const { lengths, ...others } = columns as Readonly<Record<string, Tensor>>;
  // After a read-out no time is left that a loss could count.
  return { x, y, columns: layer.isReadOut ? others : columns, lengths };
}

/** The sequence [T, N, ...] of a batch. */
function xSeqOf<P extends Tree, S extends Tree>(
  { timeSteps }: Fitting<P, S>,
  x: Tensor,
): Tensor {
  return timeSteps === undefined
    ? transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)])
    : repeatSteps(x, timeSteps);
}

function outputOf<P extends Tree, S extends Tree>(
  fitting: Fitting<P, S>,
  params: P,
  { x, lengths }: Rows,
  options: Options,
): Tensor {
  const { layer } = fitting;
  const state = layer.initialState(x.shape[0], { backend: x.backend });
  const all = lengths === undefined ? options : { ...options, lengths };
  const [, output] = takeResult("fit", layer.multiStep(params, state, xSeqOf(fitting, x), all));
  return output;
}

function addSums(sums: Sums, values: readonly (Tensor | number)[], rows: number): Sums {
  return sums.map((sum, i) => {
    const value = values[i];
    return add(sum, value instanceof Tensor ? mul(value, rows) : value * rows);
  });
}

/** The means of sums over samples. */
export async function readMeans(sums: Sums, samples: number): Promise<number[]> {
  const totals = await Promise.all(sums.map((sum) => sum.data()));
  return totals.map(([total]) => total / samples);
}
