import { takeNumber } from "@spikeloop/errors";
import * as e from "@spikeloop/expr";
import { elementwiseTogether, type Tree, treeLeaves, treeLike } from "@spikeloop/tensor";
import { matchLeaves } from "./match_leaves.ts";

const average = /* @__PURE__ */ elementwiseTogether(
  "polyak",
  4,
  (target, source, rate, rest) => [e.add(e.mul(target, rate), e.mul(source, rest))],
);

/**
 * Moves a target network slowly towards its source, for every tensor of a tree:
 *
 *     target' = rate · target + (1 - rate) · source
 *
 * @throws {TypeError} if the trees differ in names or shapes.
 * @throws {RangeError} if the rate is not in [0, 1].
 *
 * @example
 * ```ts
 * import { polyak } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const target = polyak({ w: tensor([0, 4]) }, { w: tensor([4, 4]) }, 0.75);
 * assert(target.w.dataSync().join() === "1,4");
 * ```
 */
export function polyak<P extends Tree>(target: P, source: P, rate: number): P {
  takeNumber("run polyak", "rate", rate, { min: 0, max: 1 });
  const targets = treeLeaves(target, "target");
  const sources = matchLeaves("polyak", "source", target, source);
  return treeLike(target, average([targets, sources, rate, 1 - rate])[0]);
}
