import type { Backend } from "@spikeloop/backend";
import type { Layer, Optimizer, OptimizerState } from "@spikeloop/functional";
import {
  checkOptions,
  describe,
  fail,
  isRecord,
  takeCount,
  takeFunction,
  takeRecord,
} from "@spikeloop/errors";
import { type Key, takeKey } from "@spikeloop/random";
import { Tensor, type Tree, treeLeaves } from "@spikeloop/tensor";
import {
  type Column,
  type Columns,
  type DataSet,
  takeDataSet,
  type TensorSet,
} from "./data_set.ts";

/**
 * Inputs, targets, and further columns. `lengths` says how many steps of each sequence count: it is
 * passed to the layer, for its read-out, or to the loss where there is none.
 */
export type TrainingData = DataSet & {
  /** [samples, ...] with `timeSteps`, else [samples, T, ...]. */
  readonly x: Column;
  /** [samples, ...]. */
  readonly y: Column;
};

/**
 * A number that says how good an output is, such as `accuracy`.
 *
 * @param output The output of the layer, [T, N, F], or [N, F] after a read-out.
 * @param y The targets of the batch.
 * @param columns The other columns of the batch, such as `lengths`.
 */
export type Metric = (
  output: Tensor,
  y: Tensor,
  columns: Readonly<Record<string, Tensor>>,
) => Tensor | number;

/** All that training goes on with: a tree of tensors and numbers. */
export type FitSnapshot<P extends Tree = Tree> = {
  /** The epochs so far. */
  readonly epoch: number;
  /** The parameters. */
  readonly params: P;
  /** The state of the optimizer. */
  readonly optimizer: OptimizerState<P>;
};

/** The options of `fit`. */
export interface FitOptions<P extends Tree, S extends Tree, N extends string> {
  /** The network. */
  readonly layer: Layer<P, S>;
  /**
   * The loss of a batch, a scalar: `loss(output, y)`, such as `crossEntropy`. The output is
   * [T, N, F], or [N, F] after a read-out; `columns` are the other columns of the batch, such as
   * `lengths`.
   */
  readonly loss: (
    output: Tensor,
    y: Tensor,
    columns: Readonly<Record<string, Tensor>>,
  ) => Tensor;
  /** Moves the parameters, such as `adam({ learningRate: 1e-3 })`. */
  readonly optimizer: Optimizer;
  /**
   * Tensors [samples, ...] or typed arrays, `{ x, y }`. Training runs where x is. If one of them is
   * on a GPU, all others are copied to it.
   */
  readonly data: TrainingData;
  /**
   * Data of the same form, on which loss and metrics are evaluated after every epoch. It is copied
   * to the GPU, too.
   */
  readonly validation?: TrainingData;
  /** The number of passes over the data, those of `resume` included. */
  readonly epochs: number;
  /** The samples of a batch; 32 if missing. */
  readonly batchSize?: number;
  /**
   * T: x is [samples, ...] and enters every step. If missing, x is [samples, T, ...], and enters
   * step by step.
   */
  readonly timeSteps?: number;
  /** Draws the first parameters, the order of the samples, and the randomness of the layer. */
  readonly key: Key;
  /** The first parameters; drawn if missing. */
  readonly params?: P;
  /** Further measures by name: on `validation`, else on the batches of the training. */
  readonly metrics?: Readonly<Record<N, Metric>>;
  /**
   * Goes on from here, to the same bits as without the pause, if all else is the same. Where all
   * epochs are over nothing is yielded, and `resume.params` are the parameters.
   */
  readonly resume?: FitSnapshot<P>;
}

/** The result of an epoch. */
export interface FitEvent<P extends Tree, N extends string> {
  /** Its number, from 1 on. */
  readonly epoch: number;
  /** The mean loss of the samples while they were trained with. */
  readonly loss: number;
  /** The mean loss of the samples in `validation`; undefined without them. */
  readonly validationLoss: number | undefined;
  /** The means of the metrics, weighted by the sizes of the batches. */
  readonly metrics: Readonly<Record<N, number>>;
  /** The parameters after the epoch. */
  readonly params: P;
  /** Handed back as `resume`, it goes on from here. */
  readonly snapshot: FitSnapshot<P>;
}

/** The options of `fit` after their check. */
export interface Fitting<P extends Tree, S extends Tree>
  extends Omit<FitOptions<P, S, string>, "data" | "validation"> {
  readonly data: Columns<TrainingData>;
  readonly validation: Columns<TrainingData> | undefined;
  readonly batchSize: number;
  readonly metrics: Readonly<Record<string, Metric>>;
}

const names = [
  "layer",
  "loss",
  "optimizer",
  "data",
  "validation",
  "epochs",
  "batchSize",
  "timeSteps",
  "key",
  "params",
  "metrics",
  "resume",
];

/** Checks the options of `fit`. */
export function takeFitOptions<P extends Tree, S extends Tree>(
  action: string,
  options: FitOptions<P, S, string>,
): Fitting<P, S> {
  checkOptions(action, options, names);
  const { layer, optimizer, resume, timeSteps } = options;
  for (const name of ["init", "initialState", "multiStep"] as const) {
    takeFunction(action, `layer.${name}`, layer?.[name], "a layer such as sequential({ ... })");
  }
  for (const name of ["init", "update"] as const) {
    takeFunction(action, `optimizer.${name}`, optimizer?.[name], "an optimizer such as adam()");
  }
  takeFunction(action, "loss", options.loss, "a function of output and y");
  takeCount(action, "epochs", options.epochs);
  if (timeSteps !== undefined) takeCount(action, "timeSteps", timeSteps);
  takeKey(action, "key", options.key);
  const metrics = options.metrics ?? {};
  takeRecord(action, "metrics", metrics, "a record of functions such as { accuracy }");
  const measures = Object.entries(metrics).map(([name, metric]) => {
    takeFunction(action, `metrics.${name}`, metric, "a function of output and y");
    return [name, checkedMetric(action, name, metric)] as const;
  });
  if (options.params !== undefined) treeLeaves(options.params, "params");
  if (resume !== undefined) {
    const hint = "expected a snapshot that fit yielded";
    if (!isRecord(resume)) fail(action, `resume is no record, ${hint}`);
    checkOptions(action, resume, ["epoch", "params", "optimizer"], "field of resume");
    takeCount(action, "resume.epoch", resume.epoch, 0);
    treeLeaves(resume.params, "resume.params");
    if (!isRecord(resume.optimizer)) fail(action, `resume has no state of an optimizer, ${hint}`);
    if (options.params !== undefined) {
      fail(action, "it has both params and resume, expected one of them");
    }
  }
  const data = takeTrainingData(action, "data", options.data, timeSteps);
  const { backend } = data.tensors.x;
  return {
    ...options,
    metrics: Object.fromEntries(measures),
    batchSize: takeCount(action, "batchSize", options.batchSize ?? 32),
    data,
    validation: options.validation === undefined
      ? undefined
      : takeTrainingData(action, "validation", options.validation, timeSteps, backend),
  };
}

/** Returns a metric that throws a TypeError if it does not return one number. */
function checkedMetric(action: string, name: string, metric: Metric): Metric {
  return (output, y, batch) => {
    const value: unknown = metric(output, y, batch);
    if (typeof value === "number" || (value instanceof Tensor && value.size === 1)) return value;
    return fail(
      action,
      `metrics.${name} returned ${describe(value)}, expected a number or a scalar tensor`,
    );
  };
}

function takeTrainingData(
  action: string,
  name: string,
  data: TrainingData,
  timeSteps: number | undefined,
  place?: Backend,
): Columns<TrainingData> {
  const columns = takeDataSet(action, name, data, place);
  const tensors: TensorSet<DataSet> = columns.tensors;
  for (const column of ["x", "y"]) {
    if (!Object.hasOwn(tensors, column)) fail(action, `${name} lacks ${column}`);
  }
  if (columns.samples === 0) fail(action, `${name} has no samples`, RangeError);
  if (timeSteps === undefined && tensors.x.shape.length < 3) {
    fail(
      action,
      `${name}.x has shape [${tensors.x.shape.join(", ")}], expected [samples, T, ...]; for ` +
        "[samples, ...] pass timeSteps, the number of steps that it is repeated for",
    );
  }
  return columns;
}
