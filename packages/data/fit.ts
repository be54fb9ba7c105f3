import { type Key, split } from "@spikeloop/random";
import type { Tree } from "@spikeloop/tensor";
import { type FitEvent, type FitOptions, type Fitting, takeFitOptions } from "./fit_options.ts";
import { readMeans, trainEpoch, validate } from "./run_epoch.ts";

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
    const result = await trainEpoch(fitting, { params, optimizer: state }, {
      title: `epoch ${epoch}`,
      order: keyOf(orderKey),
      run: keyOf(runKey),
      metrics: validation === undefined ? Object.values(metrics) : [],
    });
    params = result.params;
    state = result.optimizer;
    const means = await readMeans(result.sums, data.samples);
    const validationMeans = validation && await readMeans(
      validate(fitting, validation, params, keyOf(validationKey)),
      validation.samples,
    );
    const [, ...measures] = validationMeans ?? means;
    yield {
      epoch,
      loss: means[0],
      validationLoss: validationMeans?.[0],
      metrics: Object.fromEntries(names.map((name, i) => [name, measures[i]])),
      params,
      snapshot: { epoch, params, optimizer: state },
    };
    // Lets a page draw, and a server answer, between two epochs.
    await new Promise((resolve) => setTimeout(resolve));
  }
}
