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
  if (!collect(like, other, leaves)) failMatch(`run ${operation}`, like, other, name);
  return leaves;
}

/** Appends the tensors of `b`, and returns whether it matches `a`. */
function collect(a: Tree, b: unknown, leaves: Tensor[]): boolean {
  if (a instanceof Tensor) {
    if (!(b instanceof Tensor) || !sameShape(a.shape, b.shape)) return false;
    leaves.push(b);
    return true;
  }
  if (typeof b !== "object" || b === null || b instanceof Tensor) return false;
  const [like, branches] = [a as Readonly<Record<string, Tree>>, b as Record<string, unknown>];
  let count = 0;
  for (const key in like) {
    if (!Object.hasOwn(branches, key) || !collect(like[key], branches[key], leaves)) return false;
    count++;
  }
  return Object.keys(branches).length === count;
}

/** Throws the error that names the first difference. */
function failMatch(action: string, a: Tree, b: unknown, path: string): void {
  if (a instanceof Tensor) {
    if (!(b instanceof Tensor)) fail(action, `${path} is ${describe(b)}, expected a tensor`);
    if (sameShape(a.shape, b.shape)) return;
    fail(action, `${path} has shape ${showShape(b.shape)}, expected ${showShape(a.shape)}`);
  }
  if (typeof b !== "object" || b === null || b instanceof Tensor) {
    const expected = Array.isArray(a) ? "an array" : "a record";
    fail(action, `${path} is ${describe(b)}, expected ${expected}`);
  }
  const branches = b as Readonly<Record<string, unknown>>;
  const extra = Object.keys(branches).find((k) => !Object.hasOwn(a, k));
  if (extra !== undefined) {
    fail(action, `${path}.${extra} is one too many${didYouMean(extra, Object.keys(a))}`);
  }
  for (const [k, t] of Object.entries(a)) {
    if (!Object.hasOwn(branches, k)) fail(action, `${path}.${k} is missing`);
    failMatch(action, t, branches[k], `${path}.${k}`);
  }
}
