import { show } from "../show.ts";
import { fail } from "./fail.ts";
import {
  type Global,
  isCount,
  isGlobal,
  isStorage,
  isStoredTensor,
  type Storage,
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

/** `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)`; the first version had four of them. */
function rebuildTensor([storage, offset, shape, strides]: readonly Value[]): Value {
  if (!isStorage(storage)) {
    return fail(`a tensor lies in ${show(storage)}, expected a storage`);
  }
  if (!isCount(offset)) return fail(`a tensor begins at ${show(offset)}`);
  if (!isCounts(shape) || shape.length > maxRank) {
    return fail(
      `a tensor has the shape ${show(shape)}, expected at most ${maxRank} integers of at least 0`,
    );
  }
  if (!isCounts(strides) || strides.length !== shape.length) {
    return fail(
      `a tensor of shape ${show(shape)} has the strides ${show(strides)}, ` +
        `expected ${shape.length} integers of at least 0`,
    );
  }
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  const available = storage.end - storage.begin;
  if (!shape.includes(0) && last >= available) {
    fail(
      `a tensor of shape ${show(shape)}, strides ${show(strides)} and offset ${offset} ` +
        `reaches beyond its storage of ${available} numbers`,
    );
  }
  return { storage, offset, shape: [...shape], strides: [...strides] };
}

/** `_rebuild_parameter(tensor, requires_grad, hooks)`: the tensor. */
function rebuildParameter([tensor]: readonly Value[]): Value {
  return isStoredTensor(tensor) ? tensor : fail(`a parameter is ${show(tensor)}`);
}

function makeDictionary(args: readonly Value[]): Value {
  return args.length === 0 ? new Map() : fail("an OrderedDict is made of arguments");
}

function makeSize([size]: readonly Value[]): Value {
  return isCounts(size) ? size : fail(`a torch.Size is ${show(size)}`);
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

/** The Python object of a name, if it is one of those that checkpoints of tensors are made of. */
export function findGlobal(module: string, name: string): Global {
  const found = globals.get(`${module}.${name}`);
  if (found !== undefined) return found;
  return fail(
    `it asks for the Python object ${
      JSON.stringify(`${module}.${name}`.slice(0, 100))
    }, which is ` +
      `not allowed: a checkpoint holds tensors of ${Object.values(storageTypes).join(", ")} in ` +
      "dictionaries and lists (save model.state_dict(), not the model)",
  );
}

/**
 * A storage of its persistent id: ("storage", type, key, device, size), and in old files a view: (key, offset, size).
 */
export function findStorage(id: Value): Storage {
  if (!Array.isArray(id) || id[0] !== "storage") {
    return fail(`it refers to ${show(id)} outside of it, expected a storage`);
  }
  const [, type, key, , size, view] = id;
  const dtype = isGlobal(type) ? storageTypes[type.global] : undefined;
  if (dtype === undefined || typeof key !== "string" || !isCount(size)) {
    return fail(`it refers to a storage as ${show(id)}`);
  }
  if (view === undefined || view === null) return { key, dtype, size, begin: 0, end: size };
  const [begin, length] = Array.isArray(view) ? view.slice(1) : [];
  if (!isCount(begin) || !isCount(length) || begin + length > size) {
    return fail(`the view ${show(view)} reaches beyond its storage of ${size} numbers`);
  }
  return { key, dtype, size, begin, end: begin + length };
}
