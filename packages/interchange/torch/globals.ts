import { copyDictionary, setItem } from "./dictionary.ts";
import {
  checkCount,
  makeParameter,
  rebuildFirst,
  rebuildOnDevice,
  rebuildParameter,
  rebuildSecond,
  rebuildThird,
} from "./rebuild.ts";
import { formats, storageFormats } from "./storage.ts";
import {
  type Dictionary,
  fail,
  type Global,
  isCount,
  isKind,
  isSequence,
  opaque,
  showValue,
} from "./values.ts";

type Call = NonNullable<Global["call"]>;

/** `OrderedDict()`, with a dictionary, or with pairs, as Python 2 writes it. */
const makeDictionary: Call = (args, budget) => {
  checkCount("OrderedDict", args, 0, 1);
  const [items = []] = args;
  if (items instanceof Map) return copyDictionary(items, budget);
  if (!isSequence(items)) return fail(`an OrderedDict is made of ${showValue(items)}`);
  const dictionary: Dictionary = new Map();
  for (const pair of items) {
    if (!isSequence(pair) || pair.length !== 2) {
      return fail(`an OrderedDict is made of ${showValue(pair)}, expected a pair`);
    }
    setItem(dictionary, pair[0], pair[1], budget);
  }
  return dictionary;
};

const makeCounter: Call = (args, budget) => {
  if (args.length > 0 && !(args[0] instanceof Map)) {
    return fail(`a Counter is made of ${showValue(args[0])}, expected a dictionary`);
  }
  return makeDictionary(args, budget);
};

const makeSize: Call = (args, budget) => {
  checkCount("torch.Size", args, 0, 1);
  const [size = []] = args;
  if (!isSequence(size)) return fail(`a torch.Size is ${showValue(size)}`);
  budget.spend(8 * size.length);
  return size.every(isCount)
    ? Object.freeze([...size])
    : fail(`a torch.Size is ${showValue(size)}`);
};

const makeSet = (isFrozen: boolean): Call => (args, budget) => {
  checkCount("set", args, 0, 1);
  const [items = []] = args;
  if (!isSequence(items)) return fail(`a set is made of ${showValue(items)}, expected a list`);
  budget.spend(8 * items.length);
  return { kind: "set", items: [...items], isFrozen };
};

/** `torch.device("cuda", 0)` is the text `cuda:0`. */
const makeDevice: Call = (args) => {
  checkCount("torch.device", args, 1, 2);
  const [type, index] = args;
  if (typeof type !== "string" || type.length > 100 || !(index === undefined || isCount(index))) {
    return fail(`a torch.device is made of ${args.map(showValue).join(" and ")}`);
  }
  return index === undefined ? type : `${type}:${index}`;
};

/** `_get_layout("torch.strided")` is that text. */
const getLayout: Call = ([name]) =>
  typeof name === "string" ? name : fail(`a layout is called ${showValue(name)}`);

/** `encode(text, "latin1")` is how protocol 2 writes bytes. */
const encode: Call = (args) => {
  checkCount("_codecs.encode", args, 1, 2);
  return args.every((arg) => typeof arg === "string")
    ? opaque("bytes")
    : fail(`its pickle encodes ${showValue(args[0])}, expected a text`);
};

/** A function whose result has no counterpart. */
const makeOpaque = (what: string): Call => () => opaque(what);

const rebuilds: Readonly<Record<string, Call>> = {
  "torch._utils._rebuild_tensor": rebuildFirst,
  "torch._utils._rebuild_tensor_v2": rebuildSecond,
  "torch._utils._rebuild_tensor_v3": rebuildThird,
  "torch._utils._rebuild_parameter": rebuildParameter,
  "torch._utils._rebuild_parameter_with_state": rebuildParameter,
  "torch._utils._rebuild_device_tensor_from_cpu_tensor": rebuildOnDevice,
  "torch._utils._rebuild_device_tensor_from_numpy": makeOpaque("a tensor of another library"),
  "torch._utils._rebuild_qtensor": makeOpaque("a quantized tensor"),
  "torch._utils._rebuild_sparse_tensor": makeOpaque("a sparse tensor"),
  "torch._utils._rebuild_nested_tensor": makeOpaque("a nested tensor"),
  "torch._utils._rebuild_meta_tensor_no_storage": makeOpaque("a tensor without numbers"),
  "torch._utils._rebuild_wrapper_subclass": makeOpaque("a tensor of another class"),
};

/** `_rebuild_from_type_v2(function, class, arguments, state)`: a tensor with attributes. */
const rebuildFromType: Call = (args, budget) => {
  checkCount("_rebuild_from_type_v2", args, 4);
  const [rebuild, type, inner] = args;
  // Only functions of tensors: one that calls itself could nest without an end.
  if (
    !isKind(rebuild, "global") || !Object.hasOwn(rebuilds, rebuild.name) ||
    !isKind(type, "global") || !tensorClasses.includes(type.name) || !isSequence(inner)
  ) {
    return fail(
      `its pickle rebuilds ${showValue(type)} by ${showValue(rebuild)} of ${showValue(inner)}`,
    );
  }
  return rebuilds[rebuild.name](inner, budget);
};

const tensorClasses = ["torch.Tensor", "torch.nn.parameter.Parameter"];

const calls: Readonly<Record<string, Call>> = {
  ...rebuilds,
  "torch._tensor._rebuild_from_type_v2": rebuildFromType,
  "torch.nn.parameter.Parameter": makeParameter,
  "torch.Size": makeSize,
  "torch.device": makeDevice,
  "torch.serialization._get_layout": getLayout,
  "collections.OrderedDict": makeDictionary,
  "collections.Counter": makeCounter,
  "builtins.set": makeSet(false),
  "builtins.frozenset": makeSet(true),
  "builtins.complex": makeOpaque("a complex number"),
  "builtins.bytes": makeOpaque("bytes"),
  "builtins.bytearray": makeOpaque("a bytearray"),
  "_codecs.encode": encode,
};

/** The names of kinds of quantization; types of numbers are the other constants. */
const schemes = [
  "per_tensor_affine",
  "per_tensor_symmetric",
  "per_channel_affine",
  "per_channel_symmetric",
  "per_channel_affine_float_qparams",
].map((name) => `torch.${name}`);

/** Whether an object is a constant of PyTorch, whose name says all of it. */
export function isConstant({ name }: Global): boolean {
  return formats.has(name) || schemes.includes(name);
}

const globals: ReadonlyMap<string, Global> = new Map(
  [
    ...Object.entries(calls).map(([name, call]): Global => ({ kind: "global", name, call })),
    ...["torch.Tensor", ...schemes, ...formats.keys(), ...storageFormats.keys()]
      .map((name): Global => ({ kind: "global", name })),
  ].map((entry) => [entry.name, entry]),
);

/**
 * The Python object of a name: those that `torch.load(weights_only=True)` takes without being
 * asked, and a few as harmless. All others are refused.
 */
export function findGlobal(module: string, name: string): Global {
  // Python 2 had another name for the module.
  const path = `${module === "__builtin__" ? "builtins" : module}.${name}`;
  return globals.get(path) ?? fail(
    `it asks for the Python object ${JSON.stringify(path.slice(0, 100))}, which is not allowed: ` +
      "a checkpoint holds tensors in dictionaries and lists (save model.state_dict(), not the " +
      "model)",
  );
}
