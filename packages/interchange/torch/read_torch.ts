import type { Tensor } from "@spikeloop/tensor";
import { objectBytes } from "../budget.ts";
import { leaveOut } from "../leave_out.ts";
import { hintAt, quote, type ReadOptions, startReading } from "../reading.ts";
import { openLegacy, openZip } from "./archive.ts";
import { leavesByPath } from "./leaves.ts";
import { makeLoader } from "./load_tensors.ts";
import { fail } from "./values.ts";
import { isZip } from "../zip/read_zip.ts";

/** A checkpoint of PyTorch. */
export interface TorchCheckpoint {
  /**
   * Tensors by name, in the order in which the file holds them. To ask for one that is left out
   * throws the reason.
   */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Texts, numbers, true, false and null by name. */
  readonly metadata: Readonly<Record<string, string | number | bigint | boolean | null>>;
  /** By name, the values that this library has no counterpart for, and the reasons. */
  readonly leftOut: Readonly<Record<string, string>>;
}

/**
 * Reads a file of `torch.save`: a state dict, or tensors in dictionaries and lists. The name of a
 * tensor is its path, `model.conn.bias` in `{"model": {"conn": {"bias": ...}}}`. An item of a list
 * has its index for a name. A tensor that was saved alone has the name `""`.
 *
 * Nothing in the file is executed. A small stack machine runs its pickle: it knows the functions
 * that `torch.load(weights_only=True)` knows, and refuses everything else by name. Both formats are
 * read: the ZIP archives of PyTorch 1.6 and later, whose entries may be deflated, and the older
 * stream. Views with strides and offsets become contiguous tensors.
 *
 * Double, float, half, bfloat16, integers of 8 to 64 bits and bool all become float32, as in
 * {@linkcode readSafetensors}. Values without a counterpart, such as complex and quantized tensors,
 * bytes, or integers that float32 would round, are left out: `leftOut` has the reasons, and to ask
 * for one throws its reason. If a file holds nothing else, the reason is thrown.
 *
 * Time and memory are bounded by the option `maxBytes`; if missing, by the size of the file.
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
  const { budget, options: creation } = startReading("a PyTorch file", bytes, options);
  if (!isZip(bytes) && bytes[0] !== 0x80) {
    fail(
      "it begins neither as a ZIP archive nor as a pickle: it was not written by torch.save" +
        hintAt(bytes),
    );
  }
  const archive = isZip(bytes) ? openZip(bytes, budget) : openLegacy(bytes, budget);
  const load = makeLoader(archive, budget, creation);
  // The records have no prototype, so a tensor may have any name.
  const tensors: Record<string, Tensor> = Object.create(null);
  const metadata: Record<string, string | number | bigint | boolean | null> = Object.create(null);
  const leftOut: Record<string, string> = Object.create(null);
  const leave = (name: string, reason: string) => {
    budget.spend(8 * objectBytes);
    leftOut[name] = reason;
    for (const record of [tensors, metadata]) leaveOut(record, name, fail, reason);
  };
  let isEmpty = true;
  for (const [name, leaf] of leavesByPath(archive.root, budget)) {
    if (leaf === null || typeof leaf !== "object") metadata[name] = leaf;
    else if (leaf.kind === "left out") leave(name, leaf.reason);
    else {
      const x = load(leaf);
      if (typeof x !== "string") tensors[name] = x;
      else leave(name, `tensor ${quote(name)} ${x}`);
    }
    isEmpty &&= Object.hasOwn(leftOut, name);
  }
  const [reason] = Object.values(leftOut);
  if (isEmpty && reason !== undefined) fail(reason);
  return { tensors, metadata, leftOut };
}
