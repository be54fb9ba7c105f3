import { checkOptions, takeCount, takeNumber } from "@spikeloop/errors";
import { type Key, permutation, takeKey } from "@spikeloop/random";
import { mapTree, slice, take, type Tensor } from "@spikeloop/tensor";
import { type DataSet, takeDataSet, type TensorSet } from "./data_set.ts";

/** The options of `trainTestSplit`. */
export interface SplitOptions {
  /** The share of the samples that is set aside for the test; 0.2 if missing. */
  readonly testFraction?: number;
  /** Draws the samples of the test; the last ones are set aside if missing. */
  readonly key?: Key;
}

/**
 * Divides the samples of a data set in two: those to train with, and those to test with. There is
 * at least one of each.
 *
 * @param data Columns with as many samples each: tensors [samples, ...], typed arrays [samples]. If
 * one is on a GPU, the others are copied to it.
 * @throws {TypeError} if a column is anything else, or an option is unknown or of the wrong kind.
 * @throws {RangeError} if `testFraction` is not between 0 and 1, or there are fewer than 2 samples.
 *
 * @example
 * ```ts
 * import { trainTestSplit } from "@spikeloop/data";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const data = { x: ones([10, 8]), y: ones([10]) };
 * const [train, test] = trainTestSplit(data, { testFraction: 0.3, key: key(0) });
 * assertEquals([train.x.shape, test.x.shape], [[7, 8], [3, 8]]);
 * ```
 */
export function trainTestSplit<D extends DataSet>(
  data: D,
  options: SplitOptions = {},
): [train: TensorSet<D>, test: TensorSet<D>] {
  const action = "split data";
  checkOptions(action, options, ["testFraction", "key"]);
  const { testFraction = 0.2, key } = options;
  takeNumber(action, "testFraction", testFraction, { above: 0, below: 1 });
  if (key !== undefined) takeKey(action, "key", key);
  const { tensors, samples } = takeDataSet(action, "data", data);
  takeCount(action, "the number of samples", samples, 2);
  const testCount = Math.min(Math.max(Math.round(samples * testFraction), 1), samples - 1);
  const end = samples - testCount;
  const order = key === undefined ? undefined : permutation(key, samples).dataSync();
  const part = (from: number, to: number) =>
    mapTree(
      (x: Tensor) => order === undefined ? slice(x, from, to) : take(x, order.slice(from, to)),
      tensors,
    );
  return [part(0, end), part(end, samples)];
}
