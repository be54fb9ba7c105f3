import { fail } from "@spikeloop/errors";
import type { Storage } from "./storage.ts";

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
  return fail("use storage of a device on the CPU", "copy the tensor to the CPU first");
}
