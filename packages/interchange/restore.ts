import { sameShape, showShape } from "@spikeloop/backend";
import {
  checkOptions,
  closest,
  describe,
  fail,
  isRecord,
  refuse,
  takeFunction,
} from "@spikeloop/errors";
import { checkReadable, type NamedTree, Tensor, tensor } from "@spikeloop/tensor";
import { nameLeaves } from "./name_leaves.ts";
import { readSafetensors } from "./read_safetensors.ts";
import { quote, type ReadOptions } from "./reading.ts";
import { readTorch } from "./torch/read_torch.ts";
import { isZip } from "./zip/read_zip.ts";

const action = "restore a tree";

/** How many names a message lists. */
const mostListed = 6;

/** The options of `restore`. */
export interface RestoreOptions extends Omit<ReadOptions, "backend"> {
  /**
   * Returns the name in the template for a name in the source, or undefined for what shall be left
   * out; names stay if missing.
   */
  readonly rename?: (name: string) => string | undefined;
}

/** Tensors by name, and the numbers that a checkpoint holds beside them. */
interface Source {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly numbers: Readonly<Record<string, unknown>>;
}

/**
 * Reads tensors into a tree of the template's form: a file of `writeSafetensors`, a checkpoint of
 * PyTorch (the first bytes tell which it is), or tensors by name. The names in the file are the
 * paths of the tree, such as `fc1.weight`; they must all be there, and no others. Tensors move to
 * where the template's tensor of that name is. Where the template has a number, the result has one.
 *
 * @param source The bytes of a file, or tensors by name.
 * @param template A tree with the names and shapes to expect, such as `net.init(key(0))`.
 * @throws {TypeError} if a name is missing or extra, or a shape differs; the message names each,
 * and the nearest name.
 * @throws {TypeError} if an argument is of another kind, an option is unknown, or `rename` gives
 * one name to two tensors.
 * @throws {SyntaxError} if the file is malformed.
 *
 * @example
 * ```ts
 * import { restore, writeSafetensors } from "@spikeloop/interchange";
 * import { ones, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const params = { fc1: { weight: ones([2, 3]), bias: ones([2]) } };
 * const bytes = writeSafetensors({ epoch: 7, params }); // names: epoch, params.fc1.weight, ...
 *
 * const template = { epoch: 0, params: { fc1: { weight: zeros([2, 3]), bias: zeros([2]) } } };
 * const restored = restore(bytes, template);
 * assertEquals(restored.epoch, 7);
 * assertEquals([...restored.params.fc1.bias.dataSync()], [1, 1]);
 * ```
 *
 * @example A part of a checkpoint, whose names differ.
 * ```ts
 * import { restore } from "@spikeloop/interchange";
 * import { ones, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * // In place of the bytes of a file:
 * const source = { "model.0.weight": ones([2, 3]), "optimizer.step": ones([]) };
 * const layers: Record<string, string> = { "model.0": "fc1" };
 * const rename = (name: string) => {
 *   const [, layer, parameter] = name.match(/(.*)\.(.*)/) ?? [];
 *   return layer in layers ? `${layers[layer]}.${parameter}` : undefined;
 * };
 * const params = restore(source, { fc1: { weight: zeros([2, 3]) } }, { rename });
 * assertEquals(params.fc1.weight.dataSync()[0], 1);
 * ```
 */
export function restore<T extends NamedTree>(
  source: Uint8Array | Readonly<Record<string, Tensor>>,
  template: T,
  options: RestoreOptions = {},
): T {
  checkOptions(action, options, ["maxBytes", "rename"]);
  const { rename, ...reading } = options;
  if (rename !== undefined) takeFunction(action, "rename", rename, "a function of a name");
  if (template === undefined) fail(action, "the template is missing, expected net.init(key(0))");
  const expected = nameLeaves(action, template);
  const original = read(source, reading);
  const found = rename === undefined ? original : renamed(original, rename);
  const names = [
    ...Object.keys(found.tensors),
    ...Object.keys(found.numbers).filter((name) => typeof expected.get(name) === "number"),
  ];
  checkNames(expected, names, found.tensors);
  const result = build(template, "", (name, leaf) => valueOf(found, name, leaf));
  return result as T;
}

function read(source: unknown, options: ReadOptions): Source {
  if (source instanceof Uint8Array) {
    // A pickle begins with its protocol, the length of a safetensors header seldom so.
    const isTorch = isZip(source) || source[0] === 0x80 && source[1] >= 2 && source[1] <= 5 &&
        source[8] !== 0x7b;
    if (!isTorch) return { ...readSafetensors(source, options), numbers: {} };
    const { tensors, metadata } = readTorch(source, options);
    return { tensors, numbers: metadata };
  }
  if (!isRecord(source)) {
    fail(action, `the source is ${describe(source)}, expected bytes or a record of tensors`);
  }
  for (const name of Object.keys(source)) {
    if (source[name] instanceof Tensor) continue;
    fail(action, `${quote(name)} is ${describe(source[name])}, expected a tensor`);
  }
  return { tensors: source as Source["tensors"], numbers: {} };
}

/** The same values by other names. */
function renamed({ tensors, numbers }: Source, rename: (name: string) => unknown): Source {
  const first = new Map<string, string>();
  const by = <V>(record: Readonly<Record<string, V>>): Record<string, V> => {
    const result: Record<string, V> = Object.create(null);
    for (const name of Object.keys(record)) {
      const other = rename(name);
      if (other === undefined) continue;
      if (typeof other !== "string") {
        refuse(action, `rename(${quote(name)})`, other, "a name or undefined");
      }
      const twin = first.get(other);
      if (twin !== undefined) {
        fail(action, `rename gives ${quote(twin)} and ${quote(name)} the name ${quote(other)}`);
      }
      first.set(other, name);
      result[other] = record[name];
    }
    return result;
  };
  return { tensors: by(tensors), numbers: by(numbers) };
}

/** Names for a message, each with what `note` adds to it. */
function list(names: readonly string[], note: (name: string) => string): string {
  const rest = names.length > mostListed ? ` and ${names.length - mostListed} more` : "";
  return names.slice(0, mostListed).map((name) => quote(name) + note(name)).join(", ") + rest;
}

/** Checks names and shapes; one message lists all that does not fit. */
function checkNames(
  expected: ReadonlyMap<string, Tensor | number>,
  found: readonly string[],
  tensors: Source["tensors"],
): void {
  const here = new Set(found);
  const missing = [...expected.keys()].filter((name) => !here.has(name));
  const extra = found.filter((name) => !expected.has(name));
  const reshaped = [...expected].filter(([name, leaf]) =>
    leaf instanceof Tensor && here.has(name) && !sameShape(leaf.shape, tensors[name].shape)
  ).map(([name]) => name);
  if (missing.length + extra.length + reshaped.length === 0) return;
  const nearest = (name: string): string => {
    const inside = extra.find((other) => other.endsWith(`.${name}`));
    const names = inside === undefined ? closest(name, extra) : [quote(inside)];
    return names.length === 0 ? "" : ` (nearest: ${names.join(" or ")})`;
  };
  const shapes = (name: string): string =>
    ` has shape ${showShape(tensors[name].shape)}, expected ${
      showShape((expected.get(name) as Tensor).shape)
    }`;
  const problems = [
    ...missing.length > 0 ? [`it lacks ${list(missing, nearest)}`] : [],
    ...extra.length > 0 ? [`it has ${list(extra, () => "")}, which the template lacks`] : [],
    ...reshaped.length > 0 ? [list(reshaped, shapes)] : [],
  ];
  fail(action, problems.join("; "));
}

function valueOf({ tensors, numbers }: Source, name: string, leaf: Tensor | number) {
  const x = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (typeof leaf === "number") {
    if (x === undefined && typeof numbers[name] === "number") return numbers[name];
    if (x?.size !== 1) {
      const shown = x === undefined ? describe(numbers[name]) : `of shape ${showShape(x.shape)}`;
      fail(action, `${quote(name)} is ${shown}, expected a number`);
    }
    checkReadable(action, quote(name), x, "source");
    return x.item();
  }
  if (x === undefined) return fail(action, `${quote(name)} is no tensor`);
  const { backend } = leaf;
  if (x.backend === backend) return x;
  checkReadable(action, quote(name), x, "source");
  return tensor(x.dataSync(), x.shape, { backend });
}

/** A tree of the template's form, with a value for each of its leaves. */
function build(
  template: NamedTree,
  prefix: string,
  value: (name: string, leaf: Tensor | number) => Tensor | number,
): NamedTree {
  const at = (key: string | number, branch: NamedTree): NamedTree => {
    const name = `${prefix}${key}`;
    return branch instanceof Tensor || typeof branch === "number"
      ? value(name, branch)
      : build(branch, `${name}.`, value);
  };
  if (template instanceof Tensor || typeof template === "number") return value("", template);
  if (isList(template)) return template.map((branch, i) => at(i, branch));
  return Object.fromEntries(Object.keys(template).map((key) => [key, at(key, template[key])]));
}

function isList(tree: NamedTree): tree is readonly NamedTree[] {
  return Array.isArray(tree);
}
