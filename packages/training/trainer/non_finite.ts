import { fail } from "@spikeloop/errors";
import { type NamedTree, Tensor } from "@spikeloop/tensor";
import { copyFromDevice } from "./device.ts";
import type { Steps } from "./steps.ts";

/** The path to the first tensor of a state that has a number that is not finite. */
export function* firstNonFinite(state: NamedTree): Steps<string | undefined> {
  return pathToNonFinite(yield* copyFromDevice(state), "");
}

function pathToNonFinite(tree: NamedTree, path: string): string | undefined {
  if (tree instanceof Tensor) return tree.dataSync().every(Number.isFinite) ? undefined : path;
  if (typeof tree === "number") return Number.isFinite(tree) ? undefined : path;
  for (const [name, branch] of Object.entries(tree)) {
    const found = pathToNonFinite(branch, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Ends a training with numbers that are not finite.
 *
 * @param first The path that `firstNonFinite` has found.
 */
export function failNonFinite(
  { name }: { readonly name: string },
  problem: string,
  first: string | undefined,
): never {
  const where = first === undefined ? "" : `; the first tensor that is not finite is ${first}`;
  return fail(`train ${name}`, `${problem}${where}; a lower learning rate may help`, RangeError);
}
