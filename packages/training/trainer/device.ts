import type { Backend } from "@spikeloop/backend";
import { fail, isRecord } from "@spikeloop/errors";
import { checkReadable, type NamedTree, scoped, Tensor, tensor } from "@spikeloop/tensor";
import type { Steps } from "./steps.ts";

/** Whether what a backend computes can be read at once. */
export const isHost = (backend: Backend): boolean => backend.readSync !== undefined;

/**
 * A function that releases its intermediate results on a device. On the CPU it stays as it is:
 * every update has a scope of its own there, whose memory the next one uses again.
 */
export function scopedOn<A extends unknown[], R>(
  backend: Backend,
  f: (...args: A) => R,
): (...args: A) => R {
  return isHost(backend) ? f : scoped(backend, f);
}

/** Reads tensors, those on a device together: it is waited for once. */
export function* readAll(tensors: readonly Tensor[]): Steps<readonly Float32Array[]> {
  if (tensors.every((x) => isHost(x.backend))) return tensors.map((x) => x.dataSync());
  return (yield Promise.all(tensors.map((x) => x.data()))) as Float32Array[];
}

/** A tree on the CPU: a copy of one that is on a device. */
export function* copyFromDevice<T extends NamedTree>(tree: T): Steps<T> {
  const tensors = tensorsOf(tree).filter((x) => !isHost(x.backend));
  const numbers = yield* readAll(tensors);
  return replace(tree, new Map(tensors.map((x, i) => [x, tensor(numbers[i], x.shape)])));
}

/**
 * A tree with its tensors on a backend: copies of those that are on the CPU.
 *
 * @param name The tree, for messages: `state`.
 * @throws {TypeError} if a tensor is on another device.
 */
export function copyToDevice<T extends NamedTree>(tree: T, backend: Backend, name: string): T {
  const tensors = tensorsOf(tree).filter((x) => x.backend !== backend);
  const action = `copy the ${name} to "${backend.name}"`;
  for (const x of tensors) checkReadable(action, "one of its tensors", x, name);
  return replace(
    tree,
    new Map(tensors.map((x) => [x, tensor(x.dataSync(), x.shape, { backend })])),
  );
}

/** How deep a state may nest: a deeper one holds itself. */
const mostDepth = 64;

/** The tensors of a tree. Whoever uses its other leaves checks them. */
function tensorsOf(tree: unknown, depth = 0): Tensor[] {
  if (tree instanceof Tensor) return [tree];
  if (!Array.isArray(tree) && !isRecord(tree)) return [];
  if (depth > mostDepth) fail("copy the state", "it nests too deep, or holds itself", RangeError);
  return Object.values(tree).flatMap((branch) => tensorsOf(branch, depth + 1));
}

/** A tree with other tensors in the place of some of its own; the tree itself if there are none. */
function replace<T extends NamedTree>(tree: T, others: ReadonlyMap<Tensor, Tensor>): T;
function replace(tree: NamedTree, others: ReadonlyMap<Tensor, Tensor>): NamedTree {
  if (others.size === 0) return tree;
  if (tree instanceof Tensor) return others.get(tree) ?? tree;
  if (Array.isArray(tree)) return tree.map((branch: NamedTree) => replace(branch, others));
  if (typeof tree === "number") return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([name, branch]) => [name, replace(branch, others)]),
  );
}
