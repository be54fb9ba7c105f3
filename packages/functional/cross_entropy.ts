import { sameShape, type Shape, showShape } from "@spikeloop/backend";
import { fail, refuse } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import {
  checkIndices,
  checkTensor,
  elementwise,
  logSoftmax,
  mean,
  type NestedNumbers,
  type NumberArray,
  oneHot,
  sum,
  Tensor,
  tensor,
} from "@spikeloop/tensor";
import { type Lengths, readLengths, type SequenceOptions } from "./lengths.ts";

const action = "run crossEntropy";

/** -p · log q; 0 if p is 0, also for an impossible class (a logit of -Infinity). */
const surprise = /* @__PURE__ */ elementwise(
  "crossEntropy",
  2,
  (probability, logs) => e.select(e.equal(probability, 0), 0, e.neg(e.mul(probability, logs))),
);

/**
 * -Σ target · log softmax(logits), averaged over samples: a scalar. The largest logit is subtracted
 * first, so that large logits do not overflow.
 *
 * @param logits Shape [..., C] for C classes; [T, N, C] with `lengths`.
 * @param targets Class numbers of shape [...], or probabilities (such as one-hot rows) of the
 * logits' shape; a tensor or plain numbers. Targets in the padding may be anything.
 * @throws {TypeError} if the shapes do not fit, or an option is unknown.
 * @throws {RangeError} if a class number is not an integer from 0 to C - 1. Targets on a GPU cannot
 * be read without waiting; there the loss is NaN instead.
 * @throws {RangeError} if a length is no integer from 1 to T.
 *
 * @example
 * ```ts
 * import { crossEntropy } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const logits = tensor([[0, 0], [0, 1000]]);
 * assert(Math.abs(crossEntropy(logits, [0, 1]).item() - Math.LN2 / 2) < 1e-6);
 * assert(Math.abs(crossEntropy(logits, [[1, 0], [0, 1]]).item() - Math.LN2 / 2) < 1e-6);
 * ```
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor | NestedNumbers | NumberArray,
  options: SequenceOptions = {},
): Tensor {
  checkTensor("crossEntropy", "logits", logits);
  const isNumbers = Array.isArray(targets) || ArrayBuffer.isView(targets) ||
    typeof targets === "number";
  if (!(targets instanceof Tensor) && !isNumbers) {
    refuse(action, "targets", targets, "a tensor or class numbers");
  }
  const classes = logits.shape.at(-1) ?? 0;
  if (logits.size === 0 || classes === 0) {
    fail(
      action,
      `logits have shape ${showShape(logits.shape)}, expected [..., C] with at least one class ` +
        "and one sample",
    );
  }
  const { backend } = logits;
  const labels = targets instanceof Tensor ? targets : tensor(targets, undefined, { backend });
  const lengths = readLengths("crossEntropy", options, logits);
  const logs = logSoftmax(lengths?.zeroPadding(logits) ?? logits);
  const losses = sum(surprise(probabilities(labels, logits.shape, lengths), logs), -1);
  return lengths?.mean(losses) ?? mean(losses);
}

/** The probability of every class. */
function probabilities(targets: Tensor, shape: Shape, lengths: Lengths | undefined): Tensor {
  const samples = shape.slice(0, -1);
  if (sameShape(targets.shape, shape)) return lengths?.zeroPadding(targets) ?? targets;
  if (!sameShape(targets.shape, samples)) {
    const expected = `class numbers of shape ${showShape(samples)} or probabilities of shape ` +
      showShape(shape);
    const isPerSequence = samples.length > 1 && sameShape(targets.shape, samples.slice(1));
    const hint = isPerSequence ? "; for one class per sequence, end the network in readOut" : "";
    fail(
      action,
      `logits have shape ${showShape(shape)} and targets ${showShape(targets.shape)}, expected ` +
        expected + hint,
    );
  }
  const labels = lengths?.zeroPadding(targets) ?? targets;
  const classes = shape[shape.length - 1];
  checkIndices("crossEntropy", "a target", labels, classes, "a class number");
  return oneHot(labels, classes);
}
