import type { Storage } from "./storage.ts";

/**
 * The numbers of storage on the CPU.
 *
 * @throws {TypeError} if the storage belongs to a device.
 */
export function hostArray(storage: Storage): Float32Array {
  if (storage instanceof Float32Array) return storage;
  throw new TypeError(
    "Cannot use storage of a device on the CPU: copy the tensor to the CPU first",
  );
}
