import { fail, isVector, refuse } from "@spikeloop/errors";

/**
 * Checks a vector, an array or a typed array of finite float32 numbers.
 *
 * @param size The number of its components; any if missing.
 * @returns A copy, so that it stays as it is whatever its owner does.
 * @throws {TypeError} if it is of another kind or length, or a component is not a number.
 * @throws {RangeError} if a component is not finite in float32.
 */
export function takeVector(action: string, name: string, value: unknown, size?: number): number[] {
  if (!isVector(value)) return refuse(action, name, value, "an array of numbers");
  const { length } = value;
  if (size !== undefined && length !== size) {
    fail(action, `${name} has length ${length}, expected ${size}`);
  }
  const copy = new Array<number>(length);
  for (let i = 0; i < length; i++) {
    const x = value[i];
    copy[i] = typeof x === "number" && Number.isFinite(Math.fround(x))
      ? x
      : refuseComponent(action, `${name}[${i}]`, x);
  }
  return copy;
}

/** Throws an error about a component that is no finite float32 number. */
export function refuseComponent(action: string, name: string, x: unknown): never {
  return typeof x === "number"
    ? refuse(action, name, x, "a finite float32 number", RangeError)
    : refuse(action, name, x, "a number");
}
