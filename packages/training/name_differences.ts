import { describeOption, isRecord, shorten } from "@spikeloop/errors";

/** The options that only fresh parameters depend on. */
const ofFreshParams: readonly string[] = ["meanRange", "std"];

/**
 * Names what differs between an actor in a file and one here, both as `toJSON` returns them; empty
 * where they act alike. Of actors of different kinds it is the kind.
 */
export function nameDifferences(
  stored: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): string {
  const names = [...new Set([...Object.keys(own), ...Object.keys(stored)])];
  const others = names.filter((name) =>
    !ofFreshParams.includes(name) && show(own[name]) !== show(stored[name])
  );
  // Shapes follow from the other options, except for those of a network of one's own.
  const telling = others.filter((name) => name !== "shapes");
  const shown = others.includes("kind") ? ["kind"] : telling.length > 0 ? telling : others;
  return shown.map((name) =>
    `${name} is ${shorten(show(stored[name]))} there and ${shorten(show(own[name]))} here`
  ).join(", ");
}

/** An option as text. A list in a file may nest without an end. */
function show(x: unknown, depth = 0): string {
  if (depth === 8) return "...";
  if (Array.isArray(x)) return `[${x.map((item) => show(item, depth + 1)).join(", ")}]`;
  if (!isRecord(x)) return describeOption(x);
  const parts = Object.entries(x).map(([name, part]) => `${name}: ${show(part, depth + 1)}`);
  return `{ ${parts.join(", ")} }`;
}
