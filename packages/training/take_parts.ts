import { checkOptions } from "@spikeloop/errors";

/**
 * Checks that a value is a plain record without other names than these, and returns its parts,
 * which are not checked.
 *
 * @param noun The word for a part in messages.
 * @throws {TypeError} if it is anything else; the message suggests close names.
 */
export function takeParts<N extends string>(
  action: string,
  value: unknown,
  names: readonly N[],
  noun: string,
): { readonly [name in N]?: unknown } {
  checkOptions(action, value, names, noun);
  return value as { readonly [name in N]?: unknown };
}
