/** What something that was given is, for messages: `null`, `"a" (string)`, `an array`, `a Float64Array`. */
export function describe(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (typeof x === "string") return `${JSON.stringify(x)} (string)`;
  if (typeof x !== "object") return `${String(x)} (${typeof x})`;
  if (Array.isArray(x)) return "an array";
  const name = x.constructor?.name ?? "Object";
  return name === "Object" ? "a record" : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
