import { type Tensor, tensor } from "@spikeloop/tensor";
import { decodeNumbers } from "../dtypes.ts";
import { hintAt, type Reading, type ReadOptions, startReading } from "../reading.ts";
import { type Archive, openLegacy, openZip } from "./archive.ts";
import { nameLeaves } from "./leaves.ts";
import { fail, isTensor, showValue, type TorchStorage, type TorchTensor } from "./values.ts";
import { isZip } from "./zip.ts";

/** A checkpoint of PyTorch. */
export interface TorchCheckpoint {
  /** Tensors by name, in the order in which the file holds them. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Texts, numbers, true, false and null by name. */
  readonly metadata: Readonly<Record<string, string | number | bigint | boolean | null>>;
}

/** All tensors together may have so many numbers, and so many times the numbers of the storages. */
const freeNumbers = 2 ** 20;
const sharing = 16;

/**
 * Reads a file of `torch.save`: a state dict, or tensors in dictionaries and lists. The name of a
 * tensor is its path, `model.conn.bias` in `{"model": {"conn": {"bias": ...}}}`. An item of a list
 * has its index for a name. A tensor that was saved alone has the name `""`.
 *
 * Nothing in the file is executed. A small stack machine runs its pickle: it knows the few
 * functions that rebuild tensors, and refuses everything else by name. Both formats are read: the
 * ZIP archives of PyTorch 1.6 and later, whose entries may be deflated, and the older stream. Views
 * with strides and offsets become contiguous tensors.
 *
 * Double, float, half, bfloat16, integers of 8 to 64 bits and bool all become float32, as in
 * {@linkcode readSafetensors}. Time and memory are bounded by the size of the file.
 *
 * Source: PyTorch's torch/serialization.py and torch/_utils.py.
 *
 * @throws {SyntaxError} if the file is malformed, or needs a Python object that is not allowed.
 * @throws {TypeError} if `bytes` is not a Uint8Array, or an option is unknown.
 *
 * @example
 * ```ts
 * import { readTorch } from "@spikeloop/interchange";
 * import type { BaseNode } from "@spikeloop/nodes";
 * import { assertThrows } from "@std/assert";
 *
 * function load(node: BaseNode, file: Uint8Array): void {
 *   node.loadStateDict(readTorch(file).tensors);
 * }
 * assertThrows(() => readTorch(new TextEncoder().encode("no checkpoint")), SyntaxError);
 * ```
 */
export function readTorch(bytes: Uint8Array, options: ReadOptions = {}): TorchCheckpoint {
  const { options: creation } = startReading("a PyTorch file", bytes, options);
  if (!isZip(bytes) && bytes[0] !== 0x80) {
    fail(
      "it begins neither as a ZIP archive nor as a pickle: it was not written by torch.save" +
        hintAt(bytes),
    );
  }
  const archive = isZip(bytes) ? openZip(bytes) : openLegacy(bytes);
  const load = makeLoader(archive, creation);
  // The records have no prototype, so a tensor may have any name.
  const tensors: Record<string, Tensor> = Object.create(null);
  const metadata: Record<string, string | number | bigint | boolean | null> = Object.create(null);
  for (const [name, value] of nameLeaves(archive.root, bytes.length)) {
    if (value === null || typeof value !== "object") metadata[name] = value;
    else if (isTensor(value)) tensors[name] = load(name, value);
    else fail(`${JSON.stringify(name)} is ${showValue(value)}, expected a tensor or a plain value`);
  }
  return { tensors, metadata };
}

/** Returns a function that makes the tensor of a view. A view with several names is one tensor. */
function makeLoader({ bytesOf }: Archive, options: Reading["options"]) {
  const numbersById = new Map<string, Float32Array>();
  const tensors = new Map<TorchTensor, Tensor>();
  let left = freeNumbers;
  const numbersOf = (name: string, storage: TorchStorage): Float32Array => {
    const id = `${storage.dtype} ${storage.size} ${storage.key}`;
    let numbers = numbersById.get(id);
    if (numbers === undefined) {
      numbers = decodeNumbers(
        bytesOf(storage),
        storage.dtype,
        (problem) => fail(`tensor ${JSON.stringify(name)} holds ${problem}`),
      );
      numbersById.set(id, numbers);
      left += sharing * numbers.length;
    }
    return numbers;
  };
  return (name: string, view: TorchTensor): Tensor => {
    let x = tensors.get(view);
    if (x === undefined) {
      const numbers = numbersOf(name, view.storage);
      const size = view.shape.reduce((product, n) => product * n, 1);
      // A product that is not a number must not pass, so this is not size > left.
      if (!(size <= left)) {
        fail(`its views take more than ${sharing} times the numbers that it holds`);
      }
      left -= size;
      x = tensor(gather(numbers, view, size), view.shape, options);
      tensors.set(view, x);
    }
    return x;
  };
}

/** The numbers of a view, row-major. */
function gather(
  numbers: Float32Array,
  { storage, offset, shape, strides }: TorchTensor,
  size: number,
): Float32Array {
  const first = storage.begin + offset;
  const contiguous = shape.every((n, axis) =>
    n === 1 || strides[axis] === shape.slice(axis + 1).reduce((product, m) => product * m, 1)
  );
  if (contiguous || size === 0) return numbers.subarray(first, first + size);
  const out = new Float32Array(size);
  const index = shape.map(() => 0);
  for (let i = 0, at = first; i < size; i++) {
    out[i] = numbers[at];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis];
      if (++index[axis] < shape[axis]) break;
      at -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return out;
}
