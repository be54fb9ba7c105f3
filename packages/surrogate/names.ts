/** `name` without case and separators: "ATan", "a_tan" and "atan" are one name. */
export function canonical(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

/** A list for a message: `"a", "b"`. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
