import type { Distribution } from "@spikeloop/actor";
import * as e from "@spikeloop/expr";
import {
  add,
  elementwise,
  logSoftmax,
  mul,
  oneHot,
  reshape,
  sum,
  type Tensor,
} from "@spikeloop/tensor";
import { gaussianLogDensity, unitEntropy } from "./gaussian.ts";

/** -p log p of log p */
const surprise = /* @__PURE__ */ elementwise("surprise", 1, (x) => e.neg(e.mul(e.exp(x), x)));

/**
 * The logarithm of the density, or of the probability, of a sample, [N], and the entropy, [N], of
 * the numbers u, before a box bounds them.
 *
 * @param sample The numbers u [N, actDim], or choices [N, 1].
 */
export function densityOf(
  distribution: Distribution,
  sample: Tensor,
): { readonly logDensity: Tensor; readonly entropy: Tensor } {
  if ("logits" in distribution) {
    const logits = logSoftmax(distribution.logits);
    const [rows, choices] = logits.shape;
    const chosen = oneHot(reshape(sample, [rows]), choices);
    return { logDensity: sum(mul(logits, chosen), 1), entropy: sum(surprise(logits), 1) };
  }
  const { mean, logStd } = distribution;
  return {
    logDensity: sum(gaussianLogDensity(sample, mean, logStd), 1),
    entropy: sum(add(logStd, unitEntropy), 1),
  };
}
