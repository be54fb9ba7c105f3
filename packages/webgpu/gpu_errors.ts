// The errors of a device, as a caller sees them.

/** The error of a device that is gone. */
export function lostError(message: string, reason: string): Error {
  return new Error(
    `The GPU device was lost (${reason || "unknown reason"}): ${
      message || "the driver gave no message"
    }. ` +
      "Its tensors are gone; tensors on the CPU are not affected. Call webgpu() again for a new device",
  );
}

/** The error of memory that the device did not give. */
export function memoryError(bytes: number, held: number, message: string): Error {
  return new Error(
    `The GPU is out of memory: it refused ${bytes} bytes, ${held} are held already. ${message}`,
  );
}

/** The error of commands that the device did not run. */
export function commandError({ message }: GPUError): Error {
  return new Error(
    `The GPU refused a command, and results that depend on it are lost: ${message}. ` +
      "Call webgpu() again for a new device",
  );
}

/** Ends the innermost error scope; returns the error that it caught, if any, in words. */
export async function errorOf(
  device: GPUDevice,
  describe: (error: GPUError) => Error,
): Promise<Error | undefined> {
  const error = await device.popErrorScope(); // Not a promise in Deno 2.6.9, where there is none.
  return error ? describe(error) : undefined;
}

/** The error of a dispatch beyond a limit. */
export function limitError(
  label: string,
  count: number,
  what: string,
  name: string,
  limit: number,
): RangeError {
  return new RangeError(
    `Cannot run ${label} on a GPU: it takes ${count} ${what}, ${name} is ${limit}`,
  );
}
