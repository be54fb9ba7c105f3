import { checkOptions } from "@spikeloop/errors";
/** How observations become spikes: deterministic spikes, random ones, or the activity itself. */
export type EncodeMode = "pop-det" | "pop-ran" | "pop-raw";

/** How spikes become an action: from the membrane of a read-out that only integrates, or from firing rates. */
export type DecodeMode = "last-mem" | "max-mem" | "max-abs-mem" | "mean-mem" | "fr-mlp";

/** What `ilcSan` takes. */
export interface ILCSanOptions {
  /** How many numbers an observation has. */
  readonly obsDim: number;
  /** How many numbers an action has. */
  readonly actDim: number;
  /** Units of the encoder per number of the observation; 10 if missing. */
  readonly encPopDim?: number;
  /** Units of the output population per number of the action; 10 if missing. */
  readonly decPopDim?: number;
  /** Units of the hidden layers; [256, 256] if missing. */
  readonly hiddenSizes?: readonly number[];
  /** Where the encoder's centres lie at first; [-3, 3] if missing. */
  readonly meanRange?: readonly [number, number];
  /** The encoder's widths at first; √0.15 if missing. */
  readonly std?: number;
  /** T; 5 if missing. */
  readonly timeSteps?: number;
  /** `"pop-det"` if missing. */
  readonly encode?: EncodeMode;
  /** `"last-mem"` if missing. */
  readonly decode?: DecodeMode;
  /** Actions lie in (-actLimit, actLimit); 1 if missing. */
  readonly actLimit?: number;
}

const encodeModes: readonly EncodeMode[] = ["pop-det", "pop-ran", "pop-raw"];
const decodeModes: readonly DecodeMode[] = [
  "last-mem",
  "max-mem",
  "max-abs-mem",
  "mean-mem",
  "fr-mlp",
];

const defaults = {
  encPopDim: 10,
  decPopDim: 10,
  hiddenSizes: [256, 256] as readonly number[],
  meanRange: [-3, 3] as readonly [number, number],
  std: Math.sqrt(0.15),
  timeSteps: 5,
  encode: "pop-det" as EncodeMode,
  decode: "last-mem" as DecodeMode,
  actLimit: 1,
};

/**
 * The options with their defaults.
 *
 * @throws {TypeError} if one is unknown or of the wrong kind. @throws {RangeError} if one is out of range.
 */
export function resolveOptions(options: ILCSanOptions): Required<ILCSanOptions> {
  const fail = (problem: string): never => {
    throw new RangeError(`Cannot make ilcSan: ${problem}`);
  };
  checkOptions("make ilcSan", options, ["obsDim", "actDim", ...Object.keys(defaults)]);
  const given = Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined));
  const o = { ...defaults, ...given } as Required<ILCSanOptions>;
  const { obsDim, actDim, encPopDim, decPopDim, timeSteps } = o;
  for (const [name, n] of Object.entries({ obsDim, actDim, encPopDim, decPopDim, timeSteps })) {
    if (!Number.isInteger(n) || n < 1) {
      fail(`${name} is ${String(n)}, expected an integer of at least 1`);
    }
  }
  if (!Array.isArray(o.hiddenSizes) || !o.hiddenSizes.every((n) => Number.isInteger(n) && n >= 1)) {
    fail(
      `hiddenSizes is ${JSON.stringify(o.hiddenSizes)}, expected integers of at least 1`,
    );
  }
  // The reference's own spelling of the read-out of the last membrane is accepted too.
  const decode = (o.decode as string) === "last_mem" ? "last-mem" : o.decode;
  if (!encodeModes.includes(o.encode)) {
    fail(
      `encode is ${JSON.stringify(o.encode)}, expected one of ${encodeModes.join(", ")}`,
    );
  }
  if (!decodeModes.includes(decode)) {
    fail(
      `decode is ${JSON.stringify(o.decode)}, expected one of ${decodeModes.join(", ")}`,
    );
  }
  if (!Number.isFinite(o.actLimit) || o.actLimit <= 0) {
    fail(`actLimit is ${String(o.actLimit)}, expected a finite number above 0`);
  }
  return { ...o, decode };
}
