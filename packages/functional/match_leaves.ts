import { sameShape, showShape } from "@spikeloop/backend";
import { describe, didYouMean, fail } from "@spikeloop/errors";
import { Tensor, type Tree } from "@spikeloop/tensor";

/**
 * Returns the tensors of `other` in the order of `like`, which it must match in names and shapes.
 *
 * @param operation The caller, for messages.
 * @param name The role of `other`, for messages.
 * @param like A tree that the caller has checked.
 * @throws {TypeError} if a tensor is missing, additional, or of another shape.
 */
export function matchLeaves(operation: string, name: string, like: Tree, other: Tree): Tensor[] {
  const leaves: Tensor[] = [];
  collect(`run ${operation}`, like, other, [name], leaves);
  return leaves;
}

/** Appends the tensors of `b`. Throws the error that names the first difference to `a`. */
function collect(action: string, a: Tree, b: unknown, path: string[], leaves: Tensor[]): void {
  if (a instanceof Tensor) {
    if (!(b instanceof Tensor)) {
      fail(action, `${path.join(".")} is ${describe(b)}, expected a tensor`);
    }
    if (!sameShape(a.shape, b.shape)) {
      const [found, expected] = [b, a].map(({ shape }) => showShape(shape));
      fail(action, `${path.join(".")} has shape ${found}, expected ${expected}`);
    }
    leaves.push(b);
    return;
  }
  if (typeof b !== "object" || b === null || b instanceof Tensor) {
    const expected = Array.isArray(a) ? "an array" : "a record";
    fail(action, `${path.join(".")} is ${describe(b)}, expected ${expected}`);
  }
  const [like, branches] = [a as Readonly<Record<string, Tree>>, b as Record<string, unknown>];
  for (const key in branches) {
    if (Object.hasOwn(like, key)) continue;
    fail(action, `${path.join(".")}.${key} is one too many${didYouMean(key, Object.keys(like))}`);
  }
  for (const key in like) {
    path.push(key);
    if (!Object.hasOwn(branches, key)) fail(action, `${path.join(".")} is missing`);
    collect(action, like[key], branches[key], path, leaves);
    path.pop();
  }
}
