import { checkSize } from "@spikeloop/backend";
import { takeCount } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { checkIndices } from "./check_indices.ts";
import { tensor } from "./create.ts";
import type { NestedNumbers, NumberArray } from "./read_numbers.ts";
import { operation } from "./elementwise.ts";
import { equal } from "./functions.ts";
import { reshape } from "./reshape.ts";
import { Tensor } from "./tensor.ts";

/** 1 at the index that is the label, 0 elsewhere; NaN if there is no such index. */
const unchecked = /* @__PURE__ */ operation(
  "oneHot",
  4,
  ([label, index, classes, invalid]) => {
    const isClass = e.mul(
      e.equal(label, e.floor(label)),
      e.mul(e.lessEqual(0, label), e.less(label, classes)),
    );
    return [e.select(isClass, e.equal(label, index), invalid)];
  },
);

/**
 * Rows of zeros with a 1 at the index that is the label: from class numbers [...] to
 * [..., classes].
 *
 * @param labels Integers from 0 to classes - 1: a tensor, an array or a typed array.
 * @throws {TypeError} if `labels` holds anything but numbers, or `classes` is no number.
 * @throws {RangeError} if `classes` is no integer of at least 1, or a label is out of range. Labels
 * on a GPU cannot be read without waiting; there the row is NaN instead.
 *
 * @example
 * ```ts
 * import { oneHot } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...oneHot([2, 0], 3).dataSync()], [0, 0, 1, 1, 0, 0]);
 * ```
 */
export function oneHot(labels: Tensor | NestedNumbers | NumberArray, classes: number): Tensor {
  takeCount("run oneHot", "classes", classes);
  const numbers = labels instanceof Tensor ? labels : tensor(labels);
  checkSize([...numbers.shape, classes], "oneHot");
  const isChecked = checkIndices("oneHot", "a label", numbers, classes);
  const { backend, shape } = numbers;
  const column = reshape(numbers, [...shape, 1]);
  const indices = tensor(Uint32Array.from({ length: classes }, (_, i) => i), [classes], {
    backend,
  });
  return isChecked ? equal(column, indices) : unchecked([column, indices, classes, NaN])[0];
}
