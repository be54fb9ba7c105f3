import { describeForeign } from "./check_tensor.ts";
import { Tensor } from "./tensor.ts";

/** Tensors in records and arrays, nested as deep as needed. */
export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree };

/**
 * The type of a parameter that a function passed to `grad` leaves without one: it may be used as a tensor, and as a
 * record or an array of them. What may be passed in its place is any tree, and the gradients have that tree's type.
 */
export type AnyTree = Tensor & Iterable<AnyTree> & { readonly [name: string]: AnyTree };

/** What may be differentiated: the trees that the function takes, or any tree where it does not say. */
export type Differentiable<P extends Tree> = AnyTree extends P ? Tree : P;

/**
 * The tensors of a tree, in the order of its keys.
 *
 * @param name What to call the tree in messages.
 * @throws {TypeError} if something in it is neither a tensor, an array nor a plain record.
 *
 * @example
 * ```ts
 * import { ones, treeLeaves } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * assert(treeLeaves({ layers: [{ weight: ones([2, 2]) }], bias: ones([2]) }).length === 2);
 * ```
 */
export function treeLeaves(tree: Tree, name = "the tree"): Tensor[] {
  const leaves: Tensor[] = [];
  if (!collect(tree, leaves)) throw notATree(tree, name);
  return leaves;
}

/** Appends the tensors of a tree; false where it is none. */
function collect(tree: Tree, leaves: Tensor[]): boolean {
  if (tree instanceof Tensor) {
    leaves.push(tree);
    return true;
  }
  if (Array.isArray(tree)) {
    for (const branch of tree) if (!collect(branch, leaves)) return false;
    return true;
  }
  if (!isRecord(tree)) return false;
  for (const key in tree) if (!collect(tree[key], leaves)) return false;
  return true;
}

function isRecord(tree: unknown): tree is { readonly [name: string]: Tree } {
  if (typeof tree !== "object" || tree === null) return false;
  const prototype = Object.getPrototypeOf(tree);
  return prototype === null || prototype === Object.prototype;
}

/** The error that names the first thing in a tree that does not belong there. */
function notATree(tree: Tree, path: string): TypeError {
  const branches: [string, Tree][] = Array.isArray(tree)
    ? tree.map((branch, i) => [`${path}[${i}]`, branch])
    : isRecord(tree)
    ? Object.entries(tree).map(([key, branch]) => [`${path}.${key}`, branch])
    : [];
  const wrong = branches.find(([, branch]) => !collect(branch, []));
  if (wrong !== undefined) return notATree(wrong[1], wrong[0]);
  return new TypeError(
    `Cannot use ${path} as a tree of tensors: it is ${
      describeForeign(tree)
    }, expected a tensor, or an array or record of them`,
  );
}

/**
 * A tree of the same form, with every tensor replaced.
 *
 * @throws {TypeError} if something in it is neither a tensor, an array nor a plain record.
 *
 * @example
 * ```ts
 * import { mapTree, ones, zeros } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const params = { weight: ones([2, 2]), bias: ones([2]) };
 * const moments = mapTree((p) => zeros(p.shape), params);
 * assert(moments.bias.size === 2);
 * ```
 */
export function mapTree<P extends Tree>(f: (leaf: Tensor) => Tensor, tree: P): P {
  return mapBranch(f, tree, tree) as P;
}

/** The branch `tree` of `whole`, with every tensor replaced. */
function mapBranch(f: (leaf: Tensor) => Tensor, tree: Tree, whole: Tree): Tree {
  if (tree instanceof Tensor) return f(tree);
  if (Array.isArray(tree)) return tree.map((branch) => mapBranch(f, branch, whole));
  if (!isRecord(tree)) throw notATree(whole, "the tree");
  const made: Record<string, Tree> = {};
  for (const key in tree) made[key] = mapBranch(f, tree[key], whole);
  return made;
}

/**
 * A tree of the form of `like` with `leaves` in the order of `treeLeaves`.
 *
 * @example
 * ```ts
 * import { add, ones, treeFromLeaves, treeLeaves } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const params = { weight: ones([2, 2]), bias: ones([2]) };
 * const moved = treeFromLeaves(params, treeLeaves(params).map((leaf) => add(leaf, 1)));
 * assertEquals([...moved.bias.dataSync()], [2, 2]);
 * ```
 */
export function treeFromLeaves<P extends Tree>(like: P, leaves: readonly Tensor[]): P {
  let i = 0;
  return mapTree(() => leaves[i++], like);
}
