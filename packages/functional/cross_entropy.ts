import { fail, refuse } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import {
  checkTensor,
  elementwise,
  exp,
  log,
  max,
  mean,
  type NestedNumbers,
  reshape,
  stopGradient,
  sub,
  sum,
  Tensor,
  tensor,
} from "@spikeloop/tensor";
import { showShape } from "@spikeloop/backend";

const action = "run crossEntropy";

/** 1 at the place of the class along the last axis, 0 elsewhere; NaN if there is no such class. */
const oneHot = /* @__PURE__ */ elementwise(
  "crossEntropy",
  4,
  (label, place, classes, invalid) => {
    const isClass = e.mul(
      e.equal(label, e.floor(label)),
      e.mul(e.lessEqual(0, label), e.less(label, classes)),
    );
    return e.select(isClass, e.equal(label, place), invalid);
  },
);

/** -p · log q; 0 if p is 0, also for an impossible class (a logit of -Infinity). */
const surprise = /* @__PURE__ */ elementwise(
  "crossEntropy",
  3,
  (probability, shifted, logTotal) =>
    e.select(e.equal(probability, 0), 0, e.mul(probability, e.sub(logTotal, shifted))),
);

/**
 * -Σ target · log softmax(logits), averaged over samples: a scalar. The largest logit is subtracted
 * first, so that large logits do not overflow.
 *
 * @param logits Shape [..., C] for C classes.
 * @param targets Class numbers of shape [...], or probabilities (such as one-hot rows) of the
 * logits' shape; a tensor or plain numbers.
 * @throws {TypeError} if the shapes do not fit.
 * @throws {RangeError} if a class number is not an integer from 0 to C - 1. Targets on a GPU cannot
 * be read without waiting; there the loss is NaN instead.
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
export function crossEntropy(logits: Tensor, targets: Tensor | NestedNumbers): Tensor {
  checkTensor("crossEntropy", "logits", logits);
  if (!(targets instanceof Tensor) && !Array.isArray(targets) && typeof targets !== "number") {
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
  const last = { axis: -1, keepDims: true };
  const shifted = sub(logits, stopGradient(max(logits, last)));
  const logTotal = log(sum(exp(shifted), last));
  const losses = surprise(probabilities(labels, logits, classes), shifted, logTotal);
  return mean(sum(losses, -1));
}

function probabilities(targets: Tensor, { shape, backend }: Tensor, classes: number): Tensor {
  const samples = shape.slice(0, -1);
  if (showShape(targets.shape) === showShape(shape)) return targets;
  if (showShape(targets.shape) !== showShape(samples)) {
    fail(
      action,
      `logits have shape ${showShape(shape)} and targets ${showShape(targets.shape)}, expected ` +
        `class numbers of shape ${showShape(samples)} or probabilities of shape ${
          showShape(shape)
        }`,
    );
  }
  const wrong = targets.backend.readSync?.(targets.storage)
    .find((c) => !(Number.isInteger(c) && c >= 0 && c < classes));
  if (wrong !== undefined) {
    refuse(action, "a target", wrong, `a class number from 0 to ${classes - 1}`, RangeError);
  }
  const places = tensor(Float32Array.from({ length: classes }, (_, i) => i), [classes], {
    backend,
  });
  return oneHot(reshape(targets, [...samples, 1]), places, classes, NaN);
}
