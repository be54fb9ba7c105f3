import { checkOptions, takeCount, takeList, takeNumber, takeOneOf } from "@spikeloop/errors";

/** How observations become spikes: deterministic spikes, random spikes, or the activity itself. */
export type EncodeMode = "pop-det" | "pop-ran" | "pop-raw";

/** How spikes become an action: by the membrane of an integrator, or by firing rates. */
export type DecodeMode = "last-mem" | "max-mem" | "max-abs-mem" | "mean-mem" | "fr-mlp";

/** The options of `ilcSan`. */
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
  /** The first and the last centre of fresh encoders; [-3, 3] if missing. */
  readonly meanRange?: readonly [number, number];
  /** The width of fresh encoders; √0.15 if missing. */
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

/** The largest number of float32. */
const largest = 3.4028234663852886e38;

const encodeModes: readonly EncodeMode[] = ["pop-det", "pop-ran", "pop-raw"];
const decodeModes: readonly DecodeMode[] = [
  "last-mem",
  "max-mem",
  "max-abs-mem",
  "mean-mem",
  "fr-mlp",
];

const defaults: Required<Omit<ILCSanOptions, "obsDim" | "actDim">> = {
  encPopDim: 10,
  decPopDim: 10,
  hiddenSizes: [256, 256],
  meanRange: [-3, 3],
  std: Math.sqrt(0.15),
  timeSteps: 5,
  encode: "pop-det",
  decode: "last-mem",
  actLimit: 1,
};

/**
 * Checks the options and fills in the defaults. The encoder checks `std`. Nobody can change the
 * result.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 */
export function resolveOptions(options: ILCSanOptions): Required<ILCSanOptions> {
  const action = "make ilcSan";
  checkOptions(action, options, ["obsDim", "actDim", ...Object.keys(defaults)]);
  const present = Object.entries(options).filter(([, value]) => value !== undefined);
  const o: Required<ILCSanOptions> = { ...options, ...defaults, ...Object.fromEntries(present) };
  // SpikingJelly writes "last_mem".
  const decode: string = o.decode;
  return Object.freeze({
    ...o,
    obsDim: takeCount(action, "obsDim", o.obsDim),
    actDim: takeCount(action, "actDim", o.actDim),
    encPopDim: takeCount(action, "encPopDim", o.encPopDim),
    decPopDim: takeCount(action, "decPopDim", o.decPopDim),
    timeSteps: takeCount(action, "timeSteps", o.timeSteps),
    hiddenSizes: Object.freeze(takeList(action, "hiddenSizes", o.hiddenSizes, takeCount)),
    meanRange: Object.freeze(takeRange(action, "meanRange", o.meanRange)),
    encode: takeOneOf(action, "encode", o.encode, encodeModes),
    decode: takeOneOf(
      action,
      "decode",
      decode === "last_mem" ? "last-mem" : decode,
      decodeModes,
    ),
    actLimit: takeNumber(action, "actLimit", o.actLimit, { above: 0, max: largest }),
  });
}

function takeRange(action: string, name: string, value: unknown): [number, number] {
  const [first, last] = takeList(action, name, value, takeNumber, 2);
  return [first, last];
}
