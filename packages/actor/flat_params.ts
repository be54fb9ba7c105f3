import { sameShape, showShape } from "@spikeloop/backend";
import { checkOptions, describeOption, fail, isRecord } from "@spikeloop/errors";
import { Tensor, type Tree, treeFromLeaves } from "@spikeloop/tensor";
import type { ActorParams } from "./actor.ts";

/** The names of the tensors of a tree, such as `fc1.weight`, in the order of `treeLeaves`. */
export function leafNames(tree: Tree, prefix = ""): string[] {
  if (tree instanceof Tensor) return [prefix];
  const start = prefix === "" ? "" : `${prefix}.`;
  return Object.entries(tree as Readonly<Record<string, Tree>>)
    .flatMap(([name, branch]) => leafNames(branch, start + name));
}

/** Puts the tensors of a flat record into a tree of the template's form. */
export function treeOf<T extends Tree>(
  template: T,
  names: readonly string[],
  params: ActorParams,
): T {
  return treeFromLeaves(template, names.map((name) => params[name]));
}

/**
 * Checks a record of parameters: every name of `shapes`, in its shape, and no other name.
 *
 * @throws {TypeError} if one is missing, unknown or of another shape.
 */
export function checkParams(
  action: string,
  params: unknown,
  shapes: Readonly<Record<string, readonly number[]>>,
  names: readonly string[],
): void {
  // The names one by one only where there are others: an actor acts in some microseconds.
  if (!isRecord(params) || countNames(params) !== names.length) {
    checkOptions(action, params, names, "parameter");
  }
  const record = params as Readonly<Record<string, unknown>>;
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const shape = shapes[name];
    const x = record[name];
    if (x instanceof Tensor && sameShape(x.shape, shape)) continue;
    checkOptions(action, params, names, "parameter");
    const problem = x instanceof Tensor
      ? `has shape ${showShape(x.shape)}`
      : `is ${describeOption(x)}`;
    fail(action, `parameter "${name}" ${problem}, expected ${showShape(shape)}`);
  }
}

function countNames(record: object): number {
  let count = 0;
  for (const _ in record) count++;
  return count;
}
