import { type Tensor, tensor } from "@spikeloop/tensor";
import { checkInput, hintAt } from "../check_input.ts";
import { decodeNumbers } from "../dtypes.ts";
import type { ReadOptions } from "../read_safetensors.ts";
import { show } from "../show.ts";
import { type Archive, openLegacy, openZip } from "./archive.ts";
import { fail } from "./fail.ts";
import { nameLeaves } from "./leaves.ts";
import { isStoredTensor, type Storage, type StoredTensor } from "./values.ts";
import { isZip } from "./zip.ts";

/** What a checkpoint of PyTorch holds. */
export interface TorchCheckpoint {
  /** Tensors by name, in the order in which the file holds them. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Everything else: texts, numbers, true, false and null by name. */
  readonly metadata: Readonly<Record<string, string | number | bigint | boolean | null>>;
}

/** All tensors together may have this many numbers and this many times those of the storages. */
const freeNumbers = 2 ** 20;
const sharing = 16;

/**
 * Reads what `torch.save` wrote: a state dict, or dictionaries and lists of tensors. The tensor in
 * `{"model": {"conn": {"bias": ...}}}` has the name `model.conn.bias`; items of lists have their number as name; a
 * tensor that was saved alone has the name `""`.
 *
 * Nothing in the file is executed: its pickle is run by a stack machine that knows the few functions that rebuild
 * tensors and refuses everything else by name. Both formats are read, ZIP archives (PyTorch 1.6 and later; entries may
 * be deflated) and the older stream. Views keep their strides and offsets, and become contiguous.
 *
 * Double, float, half, bfloat16, integers of 8 to 64 bits and bool all become float32, as in `readSafetensors`.
 *
 * Source: PyTorch's torch/serialization.py and torch/_utils.py.
 *
 * @throws {SyntaxError} that says what is wrong with the file, or which Python object it asks for. Time and memory are
 * bounded by its size.
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
  checkInput("a PyTorch file", bytes, options);
  if (!isZip(bytes) && bytes[0] !== 0x80) {
    fail(
      "it begins neither as a ZIP archive nor as a pickle: it was not written by torch.save" +
        hintAt(bytes),
    );
  }
  const archive = isZip(bytes) ? openZip(bytes) : openLegacy(bytes);
  const load = makeLoader(archive, options);
  // Without a prototype, so that a tensor may have any name.
  const tensors: Record<string, Tensor> = Object.create(null);
  const metadata: Record<string, string | number | bigint | boolean | null> = Object.create(null);
  for (const [name, value] of nameLeaves(archive.root, bytes.length)) {
    if (value === null || typeof value !== "object") metadata[name] = value;
    else if (isStoredTensor(value)) tensors[name] = load(name, value);
    else fail(`${JSON.stringify(name)} is ${show(value)}, expected a tensor or a plain value`);
  }
  return { tensors, metadata };
}

/** Gives the tensor of a view. A view that several names share is one tensor. */
function makeLoader({ bytesOf }: Archive, options: ReadOptions) {
  const decoded = new Map<string, Float32Array>();
  const made = new Map<StoredTensor, Tensor>();
  let left = freeNumbers;
  const decode = (name: string, storage: Storage): Float32Array => {
    const id = `${storage.dtype} ${storage.size} ${storage.key}`;
    const known = decoded.get(id);
    if (known !== undefined) return known;
    const numbers = decodeNumbers(
      bytesOf(storage),
      storage.dtype,
      (problem) => fail(`tensor ${JSON.stringify(name)} holds ${problem}`),
    );
    decoded.set(id, numbers);
    left += sharing * numbers.length;
    return numbers;
  };
  return (name: string, view: StoredTensor): Tensor => {
    const known = made.get(view);
    if (known !== undefined) return known;
    const numbers = decode(name, view.storage);
    const size = view.shape.reduce((product, n) => product * n, 1);
    // Written so that a product that is not a number does not pass.
    if (!(size <= left)) {
      fail(`its views take more than ${sharing} times the numbers that it holds`);
    }
    left -= size;
    const x = tensor(gather(numbers, view, size), view.shape, options);
    made.set(view, x);
    return x;
  };
}

/** The numbers of a view, row-major. */
function gather(
  numbers: Float32Array,
  { storage, offset, shape, strides }: StoredTensor,
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
