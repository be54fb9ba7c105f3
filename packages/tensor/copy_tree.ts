import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { uploadTensor } from "./create.ts";
import { type Tree, treeFromLeaves, treeLeaves } from "./tree.ts";

/**
 * A tree with the same numbers on a backend, such as the parameters of a network that learned on a
 * GPU. Tensors that are there already stay the same objects. All others are read together: a GPU is
 * waited for once.
 *
 * @param backend The CPU if missing.
 * @throws {TypeError} if the tree holds a value other than tensors, arrays and plain records.
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
export async function copyTree<P extends Tree>(tree: P, backend: Backend = cpu): Promise<P> {
  const copies = treeLeaves(tree).map(async (x) =>
    x.backend === backend ? x : uploadTensor(await x.data(), x.shape, { backend }, x.binary)
  );
  return treeFromLeaves(tree, await Promise.all(copies));
}
