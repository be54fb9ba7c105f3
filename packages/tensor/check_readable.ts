import { fail } from "@spikeloop/errors";
import type { Tensor } from "./tensor.ts";

/**
 * Checks that a tensor of a tree can be read at once.
 *
 * @param action What is being done, for messages: `write a checkpoint`.
 * @param name The tensor, for messages: `parameter "weight"`.
 * @param tree The tree that has it, as a program calls it: `params`.
 * @throws {TypeError} if it is on a device; the message says how to copy the tree.
 *
 * @example
 * ```ts
 * import { checkReadable, ones } from "@spikeloop/tensor";
 *
 * const params = { weight: ones([2]) };
 * checkReadable("write a checkpoint", 'parameter "weight"', params.weight, "params");
 * ```
 */
export function checkReadable(
  action: string,
  name: string,
  { backend }: Tensor,
  tree: string,
): void {
  if (backend.readSync !== undefined) return;
  const hint = `pass a copy, await copyTree(${tree})`;
  fail(action, `${name} is on "${backend.name}", expected it on the CPU; ${hint}`);
}
