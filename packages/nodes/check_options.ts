// What is wrong with what was given to a node, in words.
import { describeOption } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import { asSurrogate, type Surrogate } from "@spikeloop/surrogate";
import type { Backend } from "@spikeloop/backend";

/**
 * @param example Words that show what a record may hold.
 * @throws {TypeError} if `options` is not a record.
 */
export function checkRecord(node: string, options: unknown, example = ""): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return;
  throw new TypeError(
    `Cannot make ${node}: its options are ${describeOption(options)}, expected a record${example}`,
  );
}

/**
 * A whole number of at least 1.
 *
 * @throws {TypeError} if `value` is not a number.
 * @throws {RangeError} if it is not an integer of at least 1.
 */
export function readCount(node: string, name: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw new (typeof value === "number" ? RangeError : TypeError)(
    `Cannot make ${node}: ${name} is ${describeOption(value)}, expected an integer of at least 1`,
  );
}

/**
 * A finite number, of at least `min` or more than `above` where these are given.
 *
 * @throws {TypeError} if `value` is not a number.
 * @throws {RangeError} if it is out of range.
 */
export function readNumber(
  node: string,
  name: string,
  value: unknown,
  { min = -Infinity, above = -Infinity }: { readonly min?: number; readonly above?: number } = {},
): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= min && value > above) {
    return value;
  }
  const range = min > -Infinity
    ? ` of at least ${min}`
    : above > -Infinity
    ? ` above ${above}`
    : "";
  throw new (typeof value === "number" ? RangeError : TypeError)(
    `Cannot make ${node}: ${name} is ${describeOption(value)}, expected a finite number${range}`,
  );
}

/**
 * @throws {TypeError} if `value` is neither true nor false.
 */
export function readFlag(node: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(
    `Cannot make ${node}: ${name} is ${describeOption(value)}, expected true or false`,
  );
}

/**
 * @throws {TypeError} if `value` is not a surrogate.
 */
export function readSurrogate(node: string, value: unknown): Surrogate {
  try {
    return asSurrogate(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`Cannot make ${node}: surrogateFunction does not fit. ${error.message}`, {
      cause: error,
    });
  }
}

/**
 * @throws {TypeError} if `value` is not a key.
 */
export function readKey(node: string, value: unknown): Key {
  try {
    split(value as Key, 1);
  } catch {
    throw new TypeError(
      `Cannot make ${node}: key is ${describeOption(value)}, expected one such as key(0)`,
    );
  }
  return value as Key;
}

/**
 * @throws {TypeError} if `value` is neither missing nor a backend.
 */
export function readBackend(node: string, value: unknown): Backend | undefined {
  const found: { upload?: unknown } = typeof value === "object" && value !== null ? value : {};
  if (value === undefined || typeof found.upload === "function") {
    return value as Backend | undefined;
  }
  throw new TypeError(
    `Cannot make ${node}: backend is ${
      describeOption(value)
    }, expected one such as cpu or await webgpu()`,
  );
}
