import { fail, isRecord } from "@spikeloop/errors";

/** The counts of an actor and its agent that cost time or memory before the first step. */
const names: readonly string[] = [
  ...["hiddenSizes", "criticSizes", "valueSizes"],
  ...["timeSteps", "encPopDim", "decPopDim", "delay", "epochs", "updates"],
];

/** The most layers, time steps and the like. */
const most = 10_000;

/** How deep options may nest. */
const mostDepth = 64;

/**
 * Refuses options of a file that ask for so much that making the network, or one update, would seem
 * to hang.
 *
 * @throws {RangeError} if a list has more than 10,000 layers, a count is larger, or options nest
 * deeper than 64 levels.
 */
export function limitPlain(action: string, options: object, depth = 0): void {
  if (depth > mostDepth) fail(action, `it nests deeper than ${mostDepth} levels`, RangeError);
  for (const [name, value] of Object.entries(options)) {
    if (names.includes(name)) {
      const [label, size] = Array.isArray(value) ? [`${name}.length`, value.length] : [name, value];
      if (size > most) fail(action, `${label} is ${size}, expected at most ${most}`, RangeError);
    }
    if (isRecord(value)) limitPlain(action, value, depth + 1);
  }
}
