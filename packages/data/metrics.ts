import { sameShape, showShape } from "@spikeloop/backend";
import { fail, refuse, takeCount } from "@spikeloop/errors";
import {
  argmax,
  checkIndices,
  checkTensor,
  equal,
  matmul,
  mean,
  type NestedNumbers,
  type NumberArray,
  oneHot,
  reshape,
  Tensor,
  tensor,
} from "@spikeloop/tensor";

/** Class numbers: a tensor, an array or a typed array. */
export type Labels = Tensor | NestedNumbers | NumberArray;

/** The class with the largest logit, and the right one. */
function classesOf(operation: string, logits: Tensor, labels: Labels): [Tensor, Tensor] {
  const action = `run ${operation}`;
  checkTensor(operation, "logits", logits);
  const isNumbers = Array.isArray(labels) || ArrayBuffer.isView(labels) ||
    typeof labels === "number";
  if (!(labels instanceof Tensor) && !isNumbers) {
    refuse(action, "labels", labels, "a tensor or class numbers");
  }
  if (logits.size === 0 || logits.shape.length === 0) {
    const expected = "expected [..., C] with at least one class and one sample";
    fail(action, `logits have shape ${showShape(logits.shape)}, ${expected}`);
  }
  const right = labels instanceof Tensor
    ? labels
    : tensor(labels, undefined, { backend: logits.backend });
  const samples = logits.shape.slice(0, -1);
  if (!sameShape(right.shape, samples)) {
    fail(
      action,
      `logits have shape ${showShape(logits.shape)} and labels ${showShape(right.shape)}, ` +
        `expected labels of shape ${showShape(samples)}` +
        (samples.length > right.shape.length ? "; read the sequence out over time first" : ""),
    );
  }
  return [argmax(logits, -1), right];
}

/**
 * The share of samples whose largest logit is at the right class: a scalar. Of equal logits the
 * first counts.
 *
 * @param logits Shape [..., C] for C classes.
 * @param labels Class numbers of shape [...]: a tensor, an array or a typed array.
 * @throws {TypeError} if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { accuracy } from "@spikeloop/data";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const logits = tensor([[0.1, 2], [3, 1], [0, 1], [5, 4]]);
 * assertEquals(accuracy(logits, [1, 0, 0, 0]).item(), 0.75);
 * ```
 */
export function accuracy(logits: Tensor, labels: Labels): Tensor {
  const [predicted, right] = classesOf("accuracy", logits, labels);
  return mean(equal(predicted, right));
}

/**
 * Counts the samples by their class and by the class with the largest logit, [classes, classes]:
 * the row is the right class, the column the predicted one.
 *
 * @param logits Shape [..., C] for C classes.
 * @param labels Class numbers of shape [...]: a tensor, an array or a typed array.
 * @param classes At least C; C if missing.
 * @throws {TypeError} if the shapes do not fit.
 * @throws {RangeError} if `classes` is less than C, or a label is no integer from 0 to classes - 1.
 * Labels on a GPU cannot be read without waiting; there the matrix has NaN instead.
 *
 * @example
 * ```ts
 * import { confusionMatrix } from "@spikeloop/data";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const logits = tensor([[0.1, 2], [3, 1], [0, 1]]);
 * // One 0 was right, one 0 was taken for a 1, and one 1 was right.
 * assertEquals([...confusionMatrix(logits, [1, 0, 0], 2).dataSync()], [1, 1, 0, 1]);
 * ```
 */
export function confusionMatrix(
  logits: Tensor,
  labels: Labels,
  classes: number = logits?.shape?.at(-1) ?? 1,
): Tensor {
  const [predicted, right] = classesOf("confusionMatrix", logits, labels);
  takeCount("run confusionMatrix", "classes", classes, logits.shape.at(-1));
  checkIndices("confusionMatrix", "a label", right, classes, "a class number");
  const rows = (x: Tensor) => oneHot(reshape(x, [x.size]), classes);
  return matmul(rows(right), rows(predicted), { transposeA: true });
}
