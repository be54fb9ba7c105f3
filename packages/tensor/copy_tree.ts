import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { isRecord } from "@spikeloop/errors";
import { uploadTensor } from "./create.ts";
import type { Tensor } from "./tensor.ts";
import { mapLeaves, mostDepth, type NamedTree, type Tree } from "./tree.ts";

/**
 * A tree with the same numbers on a backend, such as the parameters of a network that learned on a
 * GPU, or the state of an agent. Tensors that are there already stay the same objects. All others
 * are read together: a GPU is waited for once.
 *
 * @param backend The CPU if missing.
 * @throws {TypeError} if the tree holds a value other than tensors, numbers, arrays and plain
 * records.
 *
 * @example
 * ```ts
 * import { copyTree, ones } from "@spikeloop/tensor";
 * import { webgpu } from "@spikeloop/webgpu";
 * import { assertEquals } from "@std/assert";
 *
 * if (await webgpu.isSupported()) {
 *   using gpu = await webgpu();
 *   const params = { weight: ones([2, 2], { backend: gpu }) };
 *   const { weight } = await copyTree(params); // on the CPU
 *   assertEquals([...weight.dataSync()], [1, 1, 1, 1]);
 * }
 * ```
 */
export async function copyTree<T extends NamedTree>(tree: T, backend: Backend = cpu): Promise<T> {
  const leaves: Tensor[] = [];
  mapTensors((x) => (leaves.push(x), x), tree);
  const copies = await Promise.all(
    leaves.map(async (x) =>
      x.backend === backend ? x : uploadTensor(await x.data(), x.shape, { backend }, x.binary)
    ),
  );
  let count = 0;
  return mapTensors(() => copies[count++], tree) as T;
}

/** `mapLeaves` of a tree whose numbers stay as they are. */
function mapTensors(
  f: (leaf: Tensor) => Tensor,
  tree: NamedTree,
  name = "the tree",
  depth = 1,
): NamedTree {
  if (typeof tree === "number") return tree;
  const map = (branch: NamedTree, key: string) => mapTensors(f, branch, name + key, depth + 1);
  if (depth > mostDepth) return mapLeaves(f, tree as Tree, name); // which refuses it
  if (Array.isArray(tree)) return Array.from(tree, (branch, i) => map(branch, `[${i}]`));
  if (!isRecord(tree)) return mapLeaves(f, tree as Tree, name);
  return Object.fromEntries(
    Object.entries(tree).map(([key, branch]) => [key, map(branch as NamedTree, `.${key}`)]),
  );
}
