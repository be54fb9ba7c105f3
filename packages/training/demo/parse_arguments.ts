import { fail, takeCount } from "@spikeloop/errors";
import { parseWords, valueOf } from "../cli/parse_words.ts";

/** The arguments of the demo. */
export interface DemoArguments {
  /** Draws all random numbers. */
  readonly seed: number;
  /** Steps of the environment. */
  readonly steps: number;
  /** The folder for the report and the checkpoint. */
  readonly out: string;
  /** Whether only to print the usage. */
  readonly help: boolean;
}

/** The usage of the demo. */
export const usage = `Trains a spiking actor network on pendulum swing-up and writes a report.

  deno task demo [--seed N] [--steps N] [--out FOLDER]

  --seed N      the seed of all random numbers (0)
  --steps N     steps of the environment to train for (12000)
  --out FOLDER  the folder for report.html and actor.safetensors (demo-out)
  --help        this text

The best actor so far is saved again and again. Ctrl-C stops training and prints its path. Files of
earlier runs stay: a second run into a folder writes report-2.html and actor-2.safetensors.`;

/**
 * Reads the demo's arguments: `--name value` or `--name=value`.
 *
 * @throws {TypeError} if an argument is unknown, or a number is none.
 * @throws {RangeError} if a value is missing or out of range.
 */
export function parseArguments(args: readonly string[]): DemoArguments {
  const words = parseWords("run the demo", args, { values: ["seed", "steps", "out"] });
  const { plain, options } = words;
  if (plain.length > 0) {
    fail("run the demo", `there is no argument ${plain[0]}, only --seed, --steps, --out, --help`);
  }
  const integer = (name: string, missing: number, least: number) =>
    takeCount("run the demo", `--${name}`, valueOf(words, name) ?? missing, least);
  return {
    seed: integer("seed", 0, 0),
    steps: integer("steps", 12000, 1),
    out: String(options.get("out") ?? "demo-out"),
    help: options.has("help"),
  };
}
