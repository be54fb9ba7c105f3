import { describe, fail, isRecord } from "@spikeloop/errors";
import { type NamedTree, Tensor } from "@spikeloop/tensor";
import { quote } from "./reading.ts";

/** How deep a tree may be: a deeper one holds itself. */
const mostDepth = 256;

/**
 * The leaves of a tree by name: the path to each, such as `fc1.weight`, or `layers.0.weight` where
 * there is an array.
 *
 * @param action The caller, for messages.
 * @throws {TypeError} if a leaf is neither a tensor nor a number, or two have one name.
 * @throws {RangeError} if the tree holds itself.
 */
export function nameLeaves(action: string, tree: NamedTree): Map<string, Tensor | number> {
  const leaves = new Map<string, Tensor | number>();
  const walk = (branch: unknown, name: string, depth: number): void => {
    if (branch instanceof Tensor || typeof branch === "number") {
      if (leaves.has(name)) fail(action, `two tensors have the name ${quote(name)}`);
      leaves.set(name, branch);
      return;
    }
    if (depth > mostDepth) {
      const problem = `the tree is more than ${mostDepth} levels deep`;
      fail(action, `${problem}, expected one that does not hold itself`, RangeError);
    }
    const prefix = depth === 0 ? "" : `${name}.`;
    if (Array.isArray(branch) && typeof branch[0] !== "number") {
      for (let i = 0; i < branch.length; i++) walk(branch[i], `${prefix}${i}`, depth + 1);
      return;
    }
    if (!isRecord(branch)) return refuseLeaf(action, name, branch);
    for (const key of Object.keys(branch)) walk(branch[key], prefix + key, depth + 1);
  };
  walk(tree, "", 0);
  return leaves;
}

/** Refuses a value that no tree holds, and says how to make a tensor of it. */
function refuseLeaf(action: string, name: string, value: unknown): never {
  const hint = ArrayBuffer.isView(value) || Array.isArray(value)
    ? ": make one with tensor(numbers, shape)"
    : "";
  return fail(action, `${quote(name)} is ${describe(value)}, expected a tensor${hint}`);
}
