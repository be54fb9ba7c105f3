import type { OptimizerState } from "@spikeloop/functional";
import { type Key, split } from "@spikeloop/random";
import {
  add,
  full,
  mul,
  repeatSteps,
  scoped,
  sum,
  Tensor,
  transpose,
  type Tree,
  treeLeaves,
  valueAuxAndGrad,
} from "@spikeloop/tensor";
import { batches } from "./batches.ts";
import type { Columns } from "./data_set.ts";
import { checkFinite, failNotFinite, type Outcome } from "./failing_layer.ts";
import {
  type FitEvent,
  type FitOptions,
  type Fitting,
  type Metric,
  takeFitOptions,
  type TrainingData,
} from "./fit_options.ts";

/** The columns of a batch. */
type Columned = Readonly<Record<"x" | "y", Tensor>> & Readonly<Record<string, Tensor>>;

/** Sums over samples: of the loss first, then of the metrics. */
type Sums = readonly Tensor[];

/** The training between two batches. */
interface Training<P extends Tree> {
  readonly params: P;
  readonly optimizer: OptimizerState<P>;
  readonly sums: Sums;
}

/**
 * Trains a network: yields the loss, the metrics and the parameters after every epoch, and stops
 * when the consumer does. The samples are shuffled anew for every epoch. The layer runs with
 * `training: true` and a key of its own for every batch.
 *
 * `resume: snapshot` goes on to the same bits on the CPU. A snapshot is a tree of tensors and
 * numbers, which `writeSafetensors` writes and `restore` reads.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or shapes do not fit.
 * @throws {RangeError} if a size is no integer of at least 1.
 * @throws {RangeError} if values stop being finite, in the iteration; the message names the layer.
 *
 * @example
 * ```ts
 * import { accuracy, fit } from "@spikeloop/data";
 * import { adam, crossEntropy, plain } from "@spikeloop/functional";
 * import { leakyIntegrator } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { mean, type Tensor, tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const training = fit({
 *   layer: plain(leakyIntegrator, { units: 2, learn: ["tau"] }),
 *   loss: (output, y) => crossEntropy(mean(output, 0), y),
 *   optimizer: adam({ learningRate: 0.1 }),
 *   data: { x: tensor([[1, 0], [0, 1]]), y: Uint8Array.of(0, 1) },
 *   epochs: 3,
 *   timeSteps: 4,
 *   key: key(0),
 *   metrics: { accuracy: (output, y) => accuracy(mean(output, 0), y) },
 * });
 * for await (const { loss, metrics } of training) assert(loss < 1 && metrics.accuracy === 1);
 * ```
 *
 * @example A training that goes on from a file.
 * ```ts
 * import { fit, type FitSnapshot } from "@spikeloop/data";
 * import { adam, linear, meanSquaredError } from "@spikeloop/functional";
 * import { restore, writeSafetensors } from "@spikeloop/interchange";
 * import { key } from "@spikeloop/random";
 * import { mean, ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = linear({ inFeatures: 2, outFeatures: 1 });
 * const optimizer = adam();
 * const run = (epochs: number, resume?: FitSnapshot<ReturnType<typeof layer.init>>) =>
 *   fit({
 *     layer,
 *     loss: (output, y) => meanSquaredError(mean(output, [0, 2]), y),
 *     optimizer,
 *     data: { x: ones([4, 3, 2]), y: ones([4]) }, // 4 samples of 3 steps
 *     epochs,
 *     batchSize: 4,
 *     key: key(0),
 *     resume,
 *   });
 *
 * let file = new Uint8Array();
 * for await (const { snapshot } of run(2)) file = writeSafetensors(snapshot);
 *
 * const params = layer.init(key(0)); // any with the right names and shapes
 * const template = { epoch: 0, params, optimizer: optimizer.init(params) };
 * for await (const { epoch } of run(3, restore(file, template))) assertEquals(epoch, 3);
 * ```
 */
export function fit<P extends Tree, S extends Tree, N extends string = never>(
  options: FitOptions<P, S, N>,
): AsyncGenerator<FitEvent<P, N>, void, void> {
  return epochsOf(takeFitOptions("fit", options));
}

// The options are checked when `fit` is called, not when the first epoch is asked for.
async function* epochsOf<P extends Tree, S extends Tree>(
  fitting: Fitting<P, S>,
): AsyncGenerator<FitEvent<P, string>, void, void> {
  const { layer, optimizer, data, validation, epochs, metrics, resume } = fitting;
  const at = { backend: data.tensors.x.backend };
  const [initKey, orderKey, runKey, validationKey] = split(fitting.key, 4);
  let params = resume?.params ?? fitting.params ?? layer.init(initKey, at);
  let state = resume?.optimizer ?? optimizer.init(params);
  const names = Object.keys(metrics);
  for (let epoch = (resume?.epoch ?? 0) + 1; epoch <= epochs; epoch++) {
    const keyOf = (key: Key) => split(key, epoch)[epoch - 1];
    const trained = await trainEpoch(fitting, { params, optimizer: state }, {
      title: `epoch ${epoch}`,
      order: keyOf(orderKey),
      run: keyOf(runKey),
      metrics: validation === undefined ? Object.values(metrics) : [],
    });
    params = trained.params;
    state = trained.optimizer;
    const means = await readMeans(trained.sums, data.samples);
    const validated = validation && await readMeans(
      evaluate(fitting, validation, params, keyOf(validationKey)),
      validation.samples,
    );
    const [, ...measured] = validated ?? means;
    yield {
      epoch,
      loss: means[0],
      validationLoss: validated?.[0],
      metrics: Object.fromEntries(names.map((name, i) => [name, measured[i]])),
      params,
      snapshot: { epoch, params, optimizer: state },
    };
    // Lets a page draw, and a server answer, between two epochs.
    await new Promise((resolve) => setTimeout(resolve));
  }
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

async function trainEpoch<P extends Tree, S extends Tree>(
  fitting: Fitting<P, S>,
  before: Omit<Training<P>, "sums">,
  { title, order, run, metrics }: Epoch,
): Promise<Training<P>> {
  const { layer, optimizer, data, batchSize } = fitting;
  const { x } = data.tensors;
  const lossAndGrad = valueAuxAndGrad((params: Tree, batch: Columned, key: Key) => {
    const output = outputOf(fitting, params as P, batch.x, { key, training: true });
    return [fitting.loss(output, batch.y, batch), [output]];
  });
  const update = (
    training: Training<P>,
    batch: Columned,
    key: Key,
  ): Training<P> & Outcome & { readonly check: Tensor } => {
    const [loss, [output], grads] = lossAndGrad(training.params, batch, key);
    const values = [loss, ...metrics.map((metric) => metric(output, batch.y, batch))];
    const [params, state] = optimizer.update(
      training.params,
      grads as P,
      training.optimizer,
    );
    return {
      params,
      optimizer: state,
      sums: addSums(training.sums, values, batch.x.shape[0]),
      loss,
      grads,
      // One number that is not finite if the loss or a gradient is not.
      check: treeLeaves(grads).map((g) => sum(g)).reduce(add, loss),
    };
  };
  // A function of its own for every epoch, so that it does not release what the epoch has yielded.
  const step = scoped(x.backend, update);
  const zero = full([], 0, { backend: x.backend });
  let training: Training<P> = { ...before, sums: [zero, ...metrics.map(() => zero)] };
  const keys = split(run, Math.ceil(data.samples / batchSize));
  const isHost = x.backend.readSync !== undefined;
  const examine = (params: P, batch: Columned, key: Key, outcome: Outcome, where: string) => {
    const inputs = xSeqOf(fitting, batch.x);
    return failNotFinite(layer, params, inputs, { key, training: true }, outcome, where);
  };
  let number = 0;
  let last: [Columned, Key, Outcome] | undefined;
  for (const batch of batchesOf(fitting, data, order)) {
    const key = keys[number++];
    const next = step(training, batch, key);
    if (isHost && !Number.isFinite(next.check.item())) {
      await examine(training.params, batch, key, next, `${title}, batch ${number}`);
    }
    training = next;
    last = [batch, key, next];
  }
  // A device is read once per epoch, where the parameters tell which layer it was.
  if (last !== undefined) {
    const [total] = await training.sums[0].data();
    if (!Number.isFinite(total)) await examine(training.params, ...last, title);
    if (isHost) await checkFinite(training.params, "the parameter", title);
  }
  return training;
}

/** The sums of loss and metrics over a data set, without training. */
function evaluate<P extends Tree, S extends Tree>(
  fitting: Fitting<P, S>,
  data: Columns<TrainingData>,
  params: P,
  key: Key,
): Sums {
  const { backend } = data.tensors.x;
  const step = scoped(backend, (sums: Sums, batch: Columned, key: Key): Sums => {
    const output = outputOf(fitting, params, batch.x, { key, training: false });
    const measures = [fitting.loss, ...Object.values(fitting.metrics)];
    const values = measures.map((measure) => measure(output, batch.y, batch));
    return addSums(sums, values, batch.x.shape[0]);
  });
  const keys = split(key, Math.ceil(data.samples / fitting.batchSize));
  const zero = full([], 0, { backend });
  let sums: Sums = [zero, ...Object.keys(fitting.metrics).map(() => zero)];
  let number = 0;
  for (const batch of batchesOf(fitting, data, undefined)) {
    sums = step(sums, batch, keys[number++]);
  }
  return sums;
}

function batchesOf<P extends Tree, S extends Tree>(
  { batchSize }: Fitting<P, S>,
  data: Columns<TrainingData>,
  key: Key | undefined,
): Iterable<Columned> {
  const chosen: Iterable<Columned & { readonly index: unknown }> = batches(
    data.tensors as Columned,
    { batchSize, key },
  );
  return withoutIndex(chosen);
}

function* withoutIndex(all: Iterable<Columned & { readonly index: unknown }>): Generator<Columned> {
  for (const { index: _, ...batch } of all) yield batch as Columned;
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
  x: Tensor,
  options: { readonly key: Key; readonly training: boolean },
): Tensor {
  const { layer } = fitting;
  const state = layer.initialState(x.shape[0], { backend: x.backend });
  const [, output] = layer.multiStep(params, state, xSeqOf(fitting, x), options);
  return output;
}

function addSums(sums: Sums, values: readonly (Tensor | number)[], rows: number): Sums {
  return sums.map((sum, i) => {
    const value = values[i];
    return add(sum, value instanceof Tensor ? mul(value, rows) : value * rows);
  });
}

async function readMeans(sums: Sums, samples: number): Promise<number[]> {
  const totals = await Promise.all(sums.map((sum) => sum.data()));
  return totals.map(([total]) => total / samples);
}
