import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { uploadTensor } from "./create.ts";
import type { Tensor } from "./tensor.ts";
import { mapNumbered, type NamedTree } from "./tree.ts";

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
  mapNumbered((x) => (leaves.push(x), x), tree);
  const copies = await Promise.all(
    leaves.map(async (x) =>
      x.backend === backend ? x : uploadTensor(await x.data(), x.shape, { backend }, x.binary)
    ),
  );
  let count = 0;
  return mapNumbered(() => copies[count++], tree);
}
