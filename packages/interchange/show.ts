/** A value that a file holds for a message, cut where it is long. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Map) return "a record";
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map((item) => Array.isArray(item) ? "[...]" : show(item));
    return `[${shown.join(", ")}${value.length > 8 ? ", ..." : ""}]`;
  }
  // What is kept as it is written, or goes by its name.
  const { raw, global } = value as { raw?: string; global?: string };
  return (raw ?? global)?.slice(0, 60) ?? ("storage" in value ? "a tensor" : "a storage");
}
