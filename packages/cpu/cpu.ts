import { type Backend, hostArray } from "@spikeloop/backend";
import { allocate, copyOf, zeroStorage } from "./allocate.ts";
import { borrow } from "./source.ts";

/**
 * The CPU: the backend of every tensor that names no other. It only stores numbers: its kernels
 * come with the operations that run them.
 *
 * @example
 * ```ts
 * import { cpu } from "@spikeloop/cpu";
 * import { ones } from "@spikeloop/tensor";
 * import { assertStrictEquals } from "@std/assert";
 *
 * assertStrictEquals(ones([2]).backend, cpu);
 * ```
 */
export const cpu: Backend = {
  name: "cpu",
  upload: copyOf,
  fill: (length, value) => Object.is(value, 0) ? zeroStorage(length) : allocate(length).fill(value),
  // Otherwise a gradient would use its memory again, and compute it once more when it is read.
  keep: (storage) => void hostArray(storage),
  read: (storage) => Promise.resolve(borrow(storage).slice()),
  readSync: (storage) => borrow(storage).slice(),
};
