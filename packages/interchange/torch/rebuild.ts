import { showCount } from "@spikeloop/errors";
import { formats, untypedStorage } from "./storage.ts";
import {
  fail,
  isCount,
  isKind,
  isSequence,
  opaque,
  showValue,
  type TorchStorage,
  type TorchTensor,
  type Value,
} from "./values.ts";

/** The most axes of a tensor. */
const maxRank = 32;

// The length comes first: the list may be long, and be given again and again.
const areExtents = (value: Value | undefined): value is readonly number[] =>
  isSequence(value) && value.length <= maxRank && value.every(isCount);

/** Checks how many arguments a function got. */
export function checkCount(
  name: string,
  args: readonly Value[],
  least: number,
  most = least,
): void {
  if (args.length < least || args.length > most) {
    const expected = least === most ? `${least}` : `${least} to ${most}`;
    fail(
      `its pickle calls ${name} with ${showCount(args.length, "argument")}, expected ${expected}`,
    );
  }
}

/** `requires_grad` and `backward_hooks`, which change no number. */
function checkTraining(name: string, requiresGrad: Value, hooks: Value): void {
  if (typeof requiresGrad !== "boolean" || !(hooks === null || hooks instanceof Map)) {
    fail(
      `its pickle calls ${name} with requires_grad ${showValue(requiresGrad)} and ` +
        `hooks ${showValue(hooks)}, expected a boolean and a dictionary`,
    );
  }
}

/** The metadata of a view says whether it is lazily negated or conjugated. */
function readNegation(metadata: Value | undefined): boolean {
  if (metadata === undefined || metadata === null) return false;
  if (!(metadata instanceof Map)) return fail(`a tensor has the metadata ${showValue(metadata)}`);
  for (const [name, value] of metadata) {
    // The conjugate of a real number is the number, and complex tensors are not read.
    if ((name !== "neg" && name !== "conj") || typeof value !== "boolean") {
      fail(
        `a tensor has the metadata ${showValue(name)}: ${showValue(value)}, expected neg or conj`,
      );
    }
  }
  return metadata.get("neg") === true;
}

/** The view of a storage. */
function makeView(
  storage: TorchStorage,
  type: string,
  [offset, shape, strides]: readonly Value[],
  isNegated: boolean,
): TorchTensor {
  const format = type === storage.type ? storage : formats.get(type) ?? fail(`no type ${type}`);
  if (!isCount(offset)) return fail(`a tensor begins at ${showValue(offset)}`);
  if (!areExtents(shape)) {
    return fail(
      `a tensor has the shape ${showValue(shape)}, expected at most ${maxRank} integers of at ` +
        "least 0",
    );
  }
  if (!areExtents(strides) || strides.length !== shape.length) {
    return fail(
      `a tensor of shape ${showValue(shape)} has the strides ${showValue(strides)}, ` +
        "expected as many integers of at least 0",
    );
  }
  const begin = storage.begin * storage.width / format.width;
  const available = Math.floor((storage.end - storage.begin) * storage.width / format.width);
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  if (!Number.isInteger(begin) || !(shape.includes(0) || last < available)) {
    fail(
      `a tensor of shape ${showValue(shape)}, strides ${showValue(strides)} and offset ${offset} ` +
        `reaches beyond its storage of length ${available}`,
    );
  }
  return {
    kind: "tensor",
    storage,
    type,
    dtype: format.dtype,
    offset: begin + offset,
    shape: [...shape],
    strides: [...strides],
    isNegated,
  };
}

function takeStorage(storage: Value): TorchStorage {
  return isKind(storage, "storage")
    ? storage
    : fail(`a tensor lies in ${showValue(storage)}, expected a storage`);
}

function takeTypedStorage(value: Value): TorchStorage {
  const storage = takeStorage(value);
  return storage.type === untypedStorage
    ? fail("a tensor without a type lies in a storage without one")
    : storage;
}

/** `_rebuild_tensor(storage, offset, shape, strides)`. */
export function rebuildFirst(args: readonly Value[]): TorchTensor {
  checkCount("_rebuild_tensor", args, 4);
  const storage = takeTypedStorage(args[0]);
  return makeView(storage, storage.type, args.slice(1), false);
}

/** `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks, metadata = None)`. */
export function rebuildSecond(args: readonly Value[]): TorchTensor {
  checkCount("_rebuild_tensor_v2", args, 6, 7);
  const storage = takeTypedStorage(args[0]);
  checkTraining("_rebuild_tensor_v2", args[4], args[5]);
  return makeView(storage, storage.type, args.slice(1), readNegation(args[6]));
}

/**
 * `_rebuild_tensor_v3(storage, offset, shape, strides, requires_grad, hooks, dtype, metadata =
 * None)`.
 */
export function rebuildThird(args: readonly Value[]): TorchTensor {
  checkCount("_rebuild_tensor_v3", args, 7, 8);
  checkTraining("_rebuild_tensor_v3", args[4], args[5]);
  const type = args[6];
  if (!isKind(type, "global") || !formats.has(type.name)) {
    return fail(`a tensor has the type ${showValue(type)}, expected one such as torch.uint16`);
  }
  return makeView(takeStorage(args[0]), type.name, args.slice(1), readNegation(args[7]));
}

/** A value that may stand for a tensor that is not read. */
function takeTensor(name: string, value: Value | undefined): Value {
  return isKind(value, "tensor") || isKind(value, "opaque")
    ? value
    : fail(`its pickle calls ${name} with ${showValue(value)}, expected a tensor`);
}

/** `_rebuild_parameter(tensor, requires_grad, hooks)`, and a fourth argument with attributes. */
export function rebuildParameter(args: readonly Value[]): Value {
  checkCount("_rebuild_parameter", args, 3, 4);
  checkTraining("_rebuild_parameter", args[1], args[2]);
  return takeTensor("_rebuild_parameter", args[0]);
}

/** `Parameter(tensor, requires_grad = True)`. */
export function makeParameter(args: readonly Value[]): Value {
  checkCount("Parameter", args, 1, 2);
  return takeTensor("Parameter", args[0]);
}

/** `_rebuild_device_tensor_from_cpu_tensor(tensor, dtype, device, requires_grad)`. */
export function rebuildOnDevice(args: readonly Value[]): Value {
  checkCount("_rebuild_device_tensor_from_cpu_tensor", args, 4);
  const [value, type] = args;
  const tensor = takeTensor("_rebuild_device_tensor_from_cpu_tensor", value);
  if (!isKind(tensor, "tensor")) return tensor;
  const format = isKind(type, "global") ? formats.get(type.name) : undefined;
  return format !== undefined && format.dtype === tensor.dtype
    ? tensor
    : opaque("a tensor of another type than its numbers");
}
