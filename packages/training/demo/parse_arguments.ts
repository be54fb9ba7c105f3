import { didYouMean } from "@spikeloop/errors";

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

function parseInteger(name: string, text: string | undefined, least: number): number {
  const value = text === undefined || text.trim() === "" ? NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(
      `${name} is ${text ?? "missing"}, expected an integer of at least ${least}`,
    );
  }
  return value;
}

/**
 * Reads the demo's arguments: `--name value` or `--name=value`.
 *
 * @throws {TypeError} if an argument is unknown.
 * @throws {RangeError} if a value is missing or out of range.
 */
export function parseArguments(args: readonly string[]): DemoArguments {
  const result = { seed: 0, steps: 12000, out: "demo-out", help: false };
  const words = args.flatMap((a) =>
    a.startsWith("--") && a.includes("=")
      ? [a.slice(0, a.indexOf("=")), a.slice(a.indexOf("=") + 1)]
      : [a]
  );
  for (let i = 0; i < words.length; i++) {
    const name = words[i];
    if (name === "--") continue; // npm and others pass it on before a script's own arguments
    if (name === "--help" || name === "-h") result.help = true;
    else if (name === "--seed") result.seed = parseInteger(name, words[++i], 0);
    else if (name === "--steps") result.steps = parseInteger(name, words[++i], 1);
    else if (name === "--out") {
      const folder = words[++i];
      if (folder === undefined || folder === "") {
        throw new RangeError("--out is missing its folder");
      }
      result.out = folder;
    } else {
      throw new TypeError(
        `There is no argument ${name}: expected --seed, --steps, --out or --help` +
          didYouMean(name, ["--seed", "--steps", "--out", "--help"]),
      );
    }
  }
  return result;
}
