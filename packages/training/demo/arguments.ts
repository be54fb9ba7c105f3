/** What the demo was asked to do. */
export interface DemoArguments {
  /** Where all random numbers come from. */
  readonly seed: number;
  /** Steps of the environment. */
  readonly steps: number;
  /** The folder that the report and the checkpoint go to. */
  readonly out: string;
  /** Only say how to call it. */
  readonly help: boolean;
}

/** How to call the demo. */
export const usage =
  `Trains a spiking actor network on pendulum swing-up, from nothing, and writes a report.

  deno task demo [--seed N] [--steps N] [--out FOLDER]

  --seed N      where all random numbers come from (0)
  --steps N     steps of the environment to train for (12000)
  --out FOLDER  where report.html and actor.safetensors go (demo-out)
  --help        this text

Ctrl-C stops training, saves the actor so far and says where.`;

function integer(name: string, text: string | undefined, least: number): number {
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
 * @throws {TypeError} if one is unknown. @throws {RangeError} if a value makes no sense.
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
    if (name === "--") continue; // Other tools' runners want it before a script's own arguments.
    if (name === "--help" || name === "-h") result.help = true;
    else if (name === "--seed") result.seed = integer(name, words[++i], 0);
    else if (name === "--steps") result.steps = integer(name, words[++i], 1);
    else if (name === "--out") {
      const folder = words[++i];
      if (folder === undefined || folder === "") {
        throw new RangeError("--out is missing its folder");
      }
      result.out = folder;
    } else {
      throw new TypeError(
        `There is no argument ${name}: expected --seed, --steps, --out or --help`,
      );
    }
  }
  return result;
}
