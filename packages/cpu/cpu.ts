import { type Backend, hostArray } from "@spikeloop/backend";
import { allocate } from "./allocate.ts";
import { zeroStorage } from "./zeros.ts";

/**
 * The CPU: the backend of every tensor that names no other. It only stores numbers: what runs on it comes with the
 * operations.
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
  upload: (data) => {
    const made = allocate(data.length);
    made.set(data);
    return made;
  },
  fill: (length, value) => Object.is(value, 0) ? zeroStorage(length) : allocate(length).fill(value),
  read: (storage) => Promise.resolve(hostArray(storage).slice()),
  readSync: (storage) => hostArray(storage).slice(),
};
