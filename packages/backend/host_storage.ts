import { fail } from "@spikeloop/errors";
import type { Storage } from "./storage.ts";

/** Storage on the CPU that is no `Float32Array`, because its numbers are computed when read. */
export interface HostStorage extends Storage {
  /** Its numbers. The caller may hold on to them: nothing will overwrite them. */
  numbers(): Float32Array;
}

/**
 * The numbers of storage on the CPU, not copied.
 *
 * @throws {TypeError} if the storage belongs to a device.
 *
 * @example
 * ```ts
 * import { hostArray } from "@spikeloop/backend";
 * import { assertThrows } from "@std/assert";
 *
 * hostArray(new Float32Array(2))[0] = 1;
 * assertThrows(() => hostArray({ length: 2 }), TypeError, "storage of a device");
 * ```
 */
export function hostArray(storage: Storage): Float32Array {
  if (storage instanceof Float32Array) return storage;
  if ("numbers" in storage) return (storage as HostStorage).numbers();
  return fail("use storage of a device on the CPU", "copy the tensor to the CPU first");
}
