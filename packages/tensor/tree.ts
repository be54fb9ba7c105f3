import { describe, fail, isRecord, takeFunction } from "@spikeloop/errors";
import { describeForeign } from "./check_tensor.ts";
import { Tensor } from "./tensor.ts";

/** Tensors in records and arrays, nested as deep as needed. */
export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree };

/**
 * The type of parameters without a written type in a function for `grad`: the function may use them
 * as a tensor, as a record or an array of tensors, and as the parameters of any layer. Callers may
 * pass any tree, and the gradients have the type of that tree.
 */
// deno-lint-ignore no-explicit-any
export type AnyTree = any;

/** The trees that a function of `P` can be differentiated at: `P`, or any tree for `AnyTree`. */
export type Differentiable<P extends Tree> = 0 extends 1 & P ? Tree : P;

/**
 * The tensors of a tree, in the order of its keys.
 *
 * @param name The name of the tree in messages.
 * @throws {TypeError} if it holds a value other than tensors, arrays and plain records.
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
  if (!collectLeaves(tree, leaves)) failTree(tree, name);
  return leaves;
}

/** How deep a tree may be: a deeper one holds itself. */
const mostDepth = 256;

/** Appends the tensors of a tree, and returns whether it is a tree. */
function collectLeaves(tree: Tree, leaves: Tensor[], depth = 0): boolean {
  if (tree instanceof Tensor) {
    leaves.push(tree);
    return true;
  }
  if (depth > mostDepth) failDepth();
  if (Array.isArray(tree)) {
    for (const branch of tree) if (!collectLeaves(branch, leaves, depth + 1)) return false;
    return true;
  }
  if (!isBranch(tree)) return false;
  for (const key in tree) if (!collectLeaves(tree[key], leaves, depth + 1)) return false;
  return true;
}

function failDepth(): never {
  fail(
    "use it as a tree of tensors",
    `it is more than ${mostDepth} levels deep, expected records and arrays that don't hold ` +
      "themselves",
    RangeError,
  );
}

function isBranch(tree: Tree): tree is { readonly [name: string]: Tree } {
  return isRecord(tree);
}

/** Throws the error that names the first value that does not belong into a tree. */
function failTree(tree: Tree, path: string): never {
  const branches: [string, Tree][] = Array.isArray(tree)
    ? Array.from(tree, (branch, i) => [`${path}[${i}]`, branch])
    : isBranch(tree)
    ? Object.entries(tree).map(([key, branch]) => [`${path}.${key}`, branch])
    : [];
  const wrong = branches.find(([, branch]) => !collectLeaves(branch, []));
  if (wrong !== undefined) return failTree(wrong[1], wrong[0]);
  return fail(
    `use ${path} as a tree of tensors`,
    `it is ${describeForeign(tree)}, expected a tensor, or an array or record of them`,
  );
}

/**
 * A tree of the same form, with `f` applied to every tensor.
 *
 * @throws {TypeError} if it holds a value other than tensors, arrays and plain records.
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
  takeFunction("map a tree", "f", f, "a function of a tensor");
  return mapLeaves(f, tree);
}

/** `mapTree` for a function that needs no check. */
export function mapLeaves<P extends Tree>(
  f: (leaf: Tensor) => Tensor,
  tree: P,
  name = "the tree",
): P {
  return mapBranch(f, tree, tree, name, 0) as P;
}

/** Maps the branch `tree` of the tree `whole` that messages call by `name`. */
function mapBranch(
  f: (leaf: Tensor) => Tensor,
  tree: Tree,
  whole: Tree,
  name: string,
  depth: number,
): Tree {
  if (tree instanceof Tensor) return f(tree);
  if (depth > mostDepth) failDepth();
  const below = depth + 1;
  if (Array.isArray(tree)) {
    const branches = new Array<Tree>(tree.length);
    // Holes too.
    for (let i = 0; i < tree.length; i++) branches[i] = mapBranch(f, tree[i], whole, name, below);
    return branches;
  }
  if (!isBranch(tree)) failTree(whole, name);
  // A copy has all names at once, which is faster than one after another.
  const branches: Record<string, Tree> = { ...tree };
  for (const key in tree) branches[key] = mapBranch(f, tree[key], whole, name, below);
  return branches;
}

/**
 * A tree of the form of `like` with `leaves`, in the order of `treeLeaves`.
 *
 * @throws {TypeError} if `like` holds a value other than tensors, arrays and plain records.
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
  const action = "make a tree of leaves";
  if (!Array.isArray(leaves)) fail(action, `they are ${describe(leaves)}, expected an array`);
  let count = 0;
  const tree = mapLeaves(() => leaves[count++], like);
  if (count !== leaves.length) {
    fail(action, `there are ${leaves.length} of them, expected ${count}`, RangeError);
  }
  return tree;
}
