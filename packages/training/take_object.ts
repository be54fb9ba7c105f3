import { refuse } from "@spikeloop/errors";

/**
 * Checks an object of any class.
 *
 * @throws {TypeError} if it is anything else.
 */
export function takeObject<T>(
  action: string,
  name: string,
  value: T,
  expected: string,
): T & object {
  if (typeof value === "object" && value !== null) return value;
  return refuse(action, name, value, expected);
}
