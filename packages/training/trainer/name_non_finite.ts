import type { NamedTree } from "@spikeloop/interchange";
import { Tensor } from "@spikeloop/tensor";

/** The path to the first tensor of a tree on the CPU that has a number that is not finite. */
export function nameNonFinite(tree: NamedTree, path = ""): string | undefined {
  if (tree instanceof Tensor) return tree.dataSync().every(Number.isFinite) ? undefined : path;
  if (typeof tree === "number") return Number.isFinite(tree) ? undefined : path;
  for (const [name, branch] of Object.entries(tree)) {
    const found = nameNonFinite(branch, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
