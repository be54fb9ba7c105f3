import { describe } from "@spikeloop/errors";
import { sameShape, showShape } from "@spikeloop/backend";
import { Tensor, type Tree } from "@spikeloop/tensor";

/**
 * The tensors of `other` in the order of those of `like`, which it must match in names and shapes.
 *
 * @param what Says what is being done.
 * @param name What `other` is.
 * @throws {TypeError} if a tensor is missing, additional, or of another shape.
 */
export function matchLeaves(what: string, name: string, like: Tree, other: Tree): Tensor[] {
  const leaves: Tensor[] = [];
  const fail = (path: string, problem: string): never => {
    throw new TypeError(`Cannot run ${what}: ${path} ${problem}`);
  };
  const walk = (a: Tree, b: unknown, path: string): void => {
    if (a instanceof Tensor) {
      if (!(b instanceof Tensor)) return fail(path, `is ${describe(b)}, expected a tensor`);
      if (!sameShape(a.shape, b.shape)) {
        fail(path, `has shape ${showShape(b.shape)}, expected ${showShape(a.shape)}`);
      }
      leaves.push(b);
      return;
    }
    if (typeof b !== "object" || b === null || b instanceof Tensor) {
      return fail(
        path,
        `is ${describe(b)}, expected ${Array.isArray(a) ? "an array" : "a record"}`,
      );
    }
    const given = b as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(given).find((k) => !Object.hasOwn(a, k));
    if (unknown !== undefined) fail(`${path}.${unknown}`, "is one too many");
    for (const [k, t] of Object.entries(a)) {
      if (!Object.hasOwn(given, k)) fail(`${path}.${k}`, "is missing");
      walk(t, given[k], `${path}.${k}`);
    }
  };
  walk(like, other, name);
  return leaves;
}
