import { Tensor } from "./tensor.ts";

/** Tensors in records and arrays, nested as deep as needed. */
export type Tree = Tensor | readonly Tree[] | { readonly [name: string]: Tree };

/**
 * The tensors of a tree, in the order of its keys.
 *
 * @throws {TypeError} if something in it is neither a tensor, an array nor a plain record.
 */
export function treeLeaves(tree: Tree, path = "the tree"): Tensor[] {
  if (tree instanceof Tensor) return [tree];
  if (Array.isArray(tree)) return tree.flatMap((t, i) => treeLeaves(t, `${path}[${i}]`));
  if (typeof tree === "object" && tree !== null) {
    return Object.entries(tree).flatMap(([k, t]) => treeLeaves(t, `${path}.${k}`));
  }
  throw new TypeError(
    `Cannot use ${path} as a tree of tensors: it is ${
      String(tree)
    } (${typeof tree}), expected a tensor, ` +
      "or an array or record of them",
  );
}

/**
 * A tree of the same form, with every tensor replaced.
 *
 * @example
 * ```ts
 * import { mapTree, ones, zeros } from "@spikeloop/tensor";
 *
 * const params = { weight: ones([2, 2]), bias: ones([2]) };
 * const moments = mapTree((p) => zeros(p.shape), params);
 * console.assert(moments.bias.size === 2);
 * ```
 */
export function mapTree<P extends Tree>(f: (leaf: Tensor) => Tensor, tree: P): P {
  const walk = (t: Tree): Tree => {
    if (t instanceof Tensor) return f(t);
    if (Array.isArray(t)) return t.map(walk);
    return Object.fromEntries(Object.entries(t).map(([k, v]) => [k, walk(v as Tree)]));
  };
  treeLeaves(tree);
  return walk(tree) as P;
}

/** A tree of the form of `like` with `leaves` in the order of `treeLeaves`. */
export function treeFromLeaves<P extends Tree>(like: P, leaves: readonly Tensor[]): P {
  let i = 0;
  return mapTree(() => leaves[i++], like);
}
