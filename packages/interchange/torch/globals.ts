import {
  fail,
  type Global,
  isCount,
  isGlobal,
  isStorage,
  isTensor,
  showValue,
  type TorchStorage,
  type Value,
} from "./values.ts";

/** The most axes of a tensor. */
const maxRank = 32;

/** The types of storages, and their names in safetensors. */
const storageTypes: Readonly<Record<string, string>> = {
  "torch.DoubleStorage": "F64",
  "torch.FloatStorage": "F32",
  "torch.HalfStorage": "F16",
  "torch.BFloat16Storage": "BF16",
  "torch.LongStorage": "I64",
  "torch.IntStorage": "I32",
  "torch.ShortStorage": "I16",
  "torch.CharStorage": "I8",
  "torch.ByteStorage": "U8",
  "torch.BoolStorage": "BOOL",
};

const isCounts = (value: Value): value is number[] => Array.isArray(value) && value.every(isCount);

/**
 * `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)`. The first version
 * had four arguments.
 */
function rebuildTensor([storage, offset, shape, strides]: readonly Value[]): Value {
  if (!isStorage(storage)) {
    return fail(`a tensor lies in ${showValue(storage)}, expected a storage`);
  }
  if (!isCount(offset)) return fail(`a tensor begins at ${showValue(offset)}`);
  if (!isCounts(shape) || shape.length > maxRank) {
    return fail(
      `a tensor has the shape ${
        showValue(shape)
      }, expected at most ${maxRank} integers of at least 0`,
    );
  }
  if (!isCounts(strides) || strides.length !== shape.length) {
    return fail(
      `a tensor of shape ${showValue(shape)} has the strides ${showValue(strides)}, ` +
        `expected ${shape.length} integers of at least 0`,
    );
  }
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  const available = storage.end - storage.begin;
  if (!shape.includes(0) && last >= available) {
    fail(
      `a tensor of shape ${showValue(shape)}, strides ${showValue(strides)} and offset ${offset} ` +
        `reaches beyond its storage of ${available} numbers`,
    );
  }
  return { storage, offset, shape: [...shape], strides: [...strides] };
}

/** `_rebuild_parameter(tensor, requires_grad, hooks)` returns the tensor. */
function rebuildParameter([tensor]: readonly Value[]): Value {
  return isTensor(tensor) ? tensor : fail(`a parameter is ${showValue(tensor)}`);
}

function makeDictionary(args: readonly Value[]): Value {
  return args.length === 0 ? new Map() : fail("an OrderedDict is made of arguments");
}

function makeSize([size]: readonly Value[]): Value {
  return isCounts(size) ? size : fail(`a torch.Size is ${showValue(size)}`);
}

const globals: ReadonlyMap<string, Global> = new Map(
  [
    { global: "collections.OrderedDict", call: makeDictionary },
    { global: "torch.Size", call: makeSize },
    { global: "torch._utils._rebuild_tensor", call: rebuildTensor },
    { global: "torch._utils._rebuild_tensor_v2", call: rebuildTensor },
    { global: "torch._utils._rebuild_parameter", call: rebuildParameter },
    { global: "torch._utils._rebuild_parameter_with_state", call: rebuildParameter },
    ...Object.keys(storageTypes).map((global) => ({ global })),
  ].map((entry) => [entry.global, entry]),
);

/**
 * The Python object of a name. A checkpoint of tensors needs few of them; all others are refused.
 */
export function findGlobal(module: string, name: string): Global {
  const path = `${module}.${name}`;
  return globals.get(path) ?? fail(
    `it asks for the Python object ${JSON.stringify(path.slice(0, 100))}, which is not allowed: ` +
      `a checkpoint holds tensors of ${Object.values(storageTypes).join(", ")} in ` +
      "dictionaries and lists (save model.state_dict(), not the model)",
  );
}

/**
 * The storage of a persistent id: ("storage", type, key, device, size), and in old files a view:
 * (key, offset, size).
 */
export function findStorage(id: Value): TorchStorage {
  if (!Array.isArray(id) || id[0] !== "storage") {
    return fail(`it refers to ${showValue(id)} outside of it, expected a storage`);
  }
  const [, type, key, , size, view] = id;
  const dtype = isGlobal(type) ? storageTypes[type.global] : undefined;
  if (dtype === undefined || typeof key !== "string" || !isCount(size)) {
    return fail(`it refers to a storage as ${showValue(id)}`);
  }
  if (view === undefined || view === null) return { key, dtype, size, begin: 0, end: size };
  const [begin, length] = Array.isArray(view) ? view.slice(1) : [];
  if (!isCount(begin) || !isCount(length) || begin + length > size) {
    return fail(`the view ${showValue(view)} reaches beyond its storage of ${size} numbers`);
  }
  return { key, dtype, size, begin, end: begin + length };
}
