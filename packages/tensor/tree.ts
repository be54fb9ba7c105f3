import { describe, fail, isRecord, takeFunction } from "@spikeloop/errors";
import { describeForeign } from "./check_tensor.ts";
import { Tensor } from "./tensor.ts";

/** Tensors in records and arrays, nested as deep as needed. */
export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree };

/** Tensors and numbers in records and arrays, nested as deep as needed. */
export type NamedTree =
  | Tensor
  | number
  | readonly NamedTree[]
  | { readonly [name: string]: NamedTree };

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
  mapLeaves(
    (leaf) => {
      leaves.push(leaf);
      return leaf;
    },
    tree,
    name,
  );
  return leaves;
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

/** The way from the name of a tree to one of its branches. */
type Path = string | Readonly<{ outer: Path; key: string | number; depth: number }>;

function showPath(path: Path): string {
  if (typeof path === "string") return path;
  return showPath(path.outer) + (typeof path.key === "number" ? `[${path.key}]` : `.${path.key}`);
}

/** How deep a tree may be: a deeper one holds itself. */
export const mostDepth = 256;

/**
 * `mapTree` for a function that needs no check.
 *
 * @param path The name of the tree in messages, or the way from there to this branch.
 */
export function mapLeaves<P extends Tree>(
  f: (leaf: Tensor) => Tensor,
  tree: P,
  path: Path = "the tree",
): P {
  if (tree instanceof Tensor) return f(tree) as Tree as P;
  if (Array.isArray(tree)) {
    const branches = new Array<Tree>(tree.length);
    for (let i = 0; i < tree.length; i++) branches[i] = mapBelow(f, tree[i], path, i); // holes too
    return branches as Tree as P;
  }
  if (!isRecord(tree)) {
    fail(
      `use ${showPath(path)} as a tree of tensors`,
      `it is ${describeForeign(tree)}, expected a tensor, or an array or record of them`,
    );
  }
  // A copy has all names at once, which is faster than one after another.
  const branches: Record<string, unknown> = { ...tree };
  for (const key in tree) branches[key] = mapBelow(f, tree[key] as Tree, path, key);
  return branches as P;
}

/** Maps the branch below `path` at a key. */
function mapBelow(
  f: (leaf: Tensor) => Tensor,
  tree: Tree,
  outer: Path,
  key: string | number,
): Tree {
  if (tree instanceof Tensor) return f(tree); // a leaf needs no path
  const depth = typeof outer === "string" ? 2 : outer.depth + 1;
  if (depth > mostDepth) {
    fail(
      "use it as a tree of tensors",
      `it is more than ${mostDepth} levels deep, expected records and arrays that don't hold ` +
        "themselves",
      RangeError,
    );
  }
  return mapLeaves(f, tree, { outer, key, depth });
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

/**
 * `treeFromLeaves` for packages, whose leaves are as many as those of the tree.
 *
 * @example
 * ```ts
 * import { ones, treeLike } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const bias = ones([2]);
 * assertEquals(treeLike({ bias: ones([3]) }, [bias]), { bias });
 * ```
 */
export function treeLike<P extends Tree>(like: P, leaves: readonly Tensor[]): P {
  let count = 0;
  return mapLeaves(() => leaves[count++], like);
}
