import { checkOptions, fail, takeCount, takeFlag } from "@spikeloop/errors";
import { type Key, permutation, takeKey } from "@spikeloop/random";
import { mapTree, slice, take, type Tensor } from "@spikeloop/tensor";
import { type DataSet, takeDataSet, type TensorSet } from "./data_set.ts";

/** The options of `batches`. */
export interface BatchOptions {
  /** The samples of a batch. */
  readonly batchSize: number;
  /** Shuffles the samples; their order stays if missing. Take another key for every epoch. */
  readonly key?: Key;
  /** Whether the last batch is left out if it is smaller; false if missing. */
  readonly dropLast?: boolean;
}

/** Some samples of a data set. */
export type DataBatch<D extends DataSet> = TensorSet<D> & {
  /** The indices of the samples in the data set. */
  readonly index: Float32Array;
};

/**
 * Yields all samples of a data set once, in batches: shuffled if there is a key.
 *
 * @param data Columns with as many samples each: tensors [samples, ...], typed arrays [samples]. If
 * one is on a GPU, the others are copied to it.
 * @throws {TypeError} if a column is anything else, or an option is unknown or of the wrong kind.
 * @throws {RangeError} if `batchSize` is no integer of at least 1, or there are more samples than
 * 2²⁴.
 *
 * @example
 * ```ts
 * import { batches } from "@spikeloop/data";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const data = { x: ones([5, 8]), y: Uint8Array.of(0, 1, 2, 1, 0) };
 * const sizes = [];
 * for (const { x, y, index } of batches(data, { batchSize: 2, key: key(0) })) {
 *   sizes.push(x.shape[0]);
 *   assertEquals(y.dataSync()[0], data.y[index[0]]);
 * }
 * assertEquals(sizes, [2, 2, 1]);
 * ```
 */
export function batches<D extends DataSet>(
  data: D,
  options: BatchOptions,
): Generator<DataBatch<D>, void, void> {
  const action = "make batches";
  checkOptions(action, options, ["batchSize", "key", "dropLast"]);
  const { batchSize, key, dropLast } = options;
  takeCount(action, "batchSize", batchSize);
  if (key !== undefined) takeKey(action, "key", key);
  if (dropLast !== undefined) takeFlag(action, "dropLast", dropLast);
  const { tensors, samples } = takeDataSet(action, "data", data);
  if (Object.hasOwn(tensors, "index")) fail(action, 'a column has the name "index" of the batch');
  return batchesOf(tensors, samples, options);
}

// The checks above run when `batches` is called, not when the first batch is asked for.
function* batchesOf<D extends DataSet>(
  tensors: TensorSet<D>,
  samples: number,
  { batchSize, key, dropLast }: BatchOptions,
): Generator<DataBatch<D>, void, void> {
  for (const index of indicesOf(samples, batchSize, key)) {
    if (dropLast && index.length < batchSize) return;
    const { length } = index;
    const rows = (x: Tensor) =>
      key === undefined ? slice(x, index[0], index[0] + length) : take(x, index);
    yield { ...mapTree(rows, tensors), index };
  }
}

/**
 * Yields the indices of all samples once, in batches: shuffled if there is a key.
 *
 * @throws {RangeError} if float32 does not hold all indices.
 */
export function* indicesOf(
  samples: number,
  batchSize: number,
  key: Key | undefined,
): Generator<Float32Array, void, void> {
  if (samples > 2 ** 24) {
    const problem = `the number of samples is ${samples}, expected at most 2²⁴`;
    fail("make batches", `${problem}, whose indices float32 holds`, RangeError);
  }
  const order = key === undefined
    ? Float32Array.from({ length: samples }, (_, i) => i)
    : permutation(key, samples).dataSync();
  for (let from = 0; from < samples; from += batchSize) yield order.slice(from, from + batchSize);
}
