import {
  checkOptions,
  didYouMean,
  refuse,
  takeCount,
  takeFlag,
  takeList,
  takeNumber,
  takeOneOf,
  takeRecord,
} from "@spikeloop/errors";
import type { ConnectionOptions } from "@spikeloop/functional";
import { type ActorSpaces, spaceNames, takeActorSpaces } from "./action_spaces.ts";
import { type ActionHead, limitOf } from "./action_head.ts";
import { type Box, isDiscrete } from "./space.ts";
import { type Neuron, takeNeuron } from "@spikeloop/neuron";
import { asSurrogate, type Surrogate } from "@spikeloop/surrogate";
import { Tensor } from "@spikeloop/tensor";

/** How observations become spikes: deterministic spikes, random spikes, or the activity itself. */
export type EncodeMode = "pop-det" | "pop-ran" | "pop-raw";

/** How spikes become an action: by the membrane of an integrator, or by firing rates. */
export type DecodeMode = "last-mem" | "max-mem" | "max-abs-mem" | "mean-mem" | "fr-mlp";

/** The options of coloured noise, as SpikingJelly's NoisySAN has it. */
export interface ActorNoiseOptions {
  /**
   * The noise on the input and on the output of each of the D units of a population has a standard
   * deviation of sigmaInit / √D; 0.5 if missing.
   */
  readonly sigmaInit?: number;
  /** Power falls with frequency f as f^-beta; 0, white noise, if missing. */
  readonly beta?: number;
}

/** The options of `ilcSan`. `P` has the names of the neuron's parameters. */
export interface ILCSanOptions<P extends string = string> extends ActorSpaces {
  /** Units of the encoder per number of the observation; 10 if missing. */
  readonly encPopDim?: number;
  /** Units of the output population per output of the network; 10 if missing. */
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
  /** The neuron of all populations; `cubaLif` if missing. */
  readonly neuron?: Neuron<string, P>;
  /** The neuron's parameters that differ from its defaults. */
  readonly params?: { readonly [K in NoInfer<P>]?: number | null };
  /** Replaces the derivative of a spike; `rect()` if missing. */
  readonly surrogate?: Surrogate;
  /**
   * The connection of the output population, as the option of `ilc`; `"none"` leaves its units
   * unconnected. All units of a group hear all of it if missing.
   */
  readonly connection?: ConnectionOptions | "none";
  /**
   * Whether the input of every population is normalized over its batch while the actor learns, and
   * by running statistics, folded into the weights, when it acts; false if missing. Weight and bias
   * start at half the threshold.
   */
  readonly batchNorm?: boolean;
  /** The coloured noise that the actor can hear; it hears none if missing. */
  readonly noise?: ActorNoiseOptions;
}

/** The options without a default: an actor has those that it was made with. */
export type OpenActorOptions =
  | "neuron"
  | "params"
  | "surrogate"
  | "connection"
  | "batchNorm"
  | "noise";

/**
 * The options of an actor, with the defaults filled in: `actLimit` where all numbers of the action
 * lie within ±actLimit, else `actionSpace`.
 */
export type ActorOptions =
  & Required<Omit<ILCSanOptions, OpenActorOptions | keyof ActorSpaces>>
  & Required<Pick<ActorSpaces, "obsDim" | "actDim">>
  & Pick<ILCSanOptions, OpenActorOptions | "actLimit" | "actionSpace" | "logStd">;

/** The options of noise that are missing. */
export const noiseDefaults = { sigmaInit: 0.5, beta: 0 };

const encodeModes: readonly EncodeMode[] = ["pop-det", "pop-ran", "pop-raw"];
const decodeModes: readonly DecodeMode[] = [
  "last-mem",
  "max-mem",
  "max-abs-mem",
  "mean-mem",
  "fr-mlp",
];

const defaults: Omit<ActorOptions, keyof ActorSpaces | OpenActorOptions> = {
  encPopDim: 10,
  decPopDim: 10,
  hiddenSizes: [256, 256],
  meanRange: [-3, 3],
  std: Math.sqrt(0.15),
  timeSteps: 5,
  encode: "pop-det",
  decode: "last-mem",
};

/** An actor as its options say it. */
export interface ResolvedActor {
  /** The options with the defaults. */
  readonly options: ActorOptions;
  /** The observations. */
  readonly observationSpace: Box;
  /** Maps the decoder's output to actions. */
  readonly head: ActionHead;
}

/**
 * Checks the options and fills in the defaults. The encoder checks `std`. Nobody can change the
 * result.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 */
export function resolveActorOptions(options: ILCSanOptions): ResolvedActor {
  const action = "make ilcSan";
  checkOptions(action, options, [...spaceNames, ...Object.keys(defaults), ...openNames]);
  const { observationSpace, head } = takeActorSpaces(action, options);
  const present = Object.entries(options).filter(([name, value]) =>
    value !== undefined && !spaceNames.some((space) => space === name) &&
    !(name === "batchNorm" && value === false)
  );
  const { space } = head;
  const limit = isDiscrete(space) ? undefined : limitOf(space);
  const o: ActorOptions = {
    obsDim: observationSpace.low.length,
    actDim: head.actDim,
    ...defaults,
    ...Object.fromEntries(present),
    ...limit === undefined ? { actionSpace: space } : { actLimit: limit },
    ...head.logStd && { logStd: head.logStd },
  };
  const neuron = o.neuron === undefined ? undefined : takeNeuron(o.neuron);
  if (o.surrogate !== undefined) asSurrogate(o.surrogate);
  if (o.params !== undefined) takeRecord(action, "params", o.params, "a record of numbers");
  if (o.connection !== undefined && o.connection !== "none" && typeof o.connection !== "object") {
    const hint = didYouMean(String(o.connection), ["none"]);
    const expected = `a record of mask, sign, bias and delay, or "none"${hint}`;
    refuse(action, "connection", o.connection, expected);
  }
  if (o.batchNorm !== undefined) takeFlag(action, "batchNorm", o.batchNorm);
  if (o.noise !== undefined) {
    checkOptions(action, o.noise, ["sigmaInit", "beta"], "noise option");
    const { sigmaInit = noiseDefaults.sigmaInit, beta = noiseDefaults.beta } = o.noise;
    takeNumber(action, "noise.sigmaInit", sigmaInit, { min: 0 });
    takeNumber(action, "noise.beta", beta);
  }
  // SpikingJelly writes "last_mem".
  const decode: string = o.decode;
  const resolved: ActorOptions = {
    ...o,
    ...neuron && { neuron },
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
  };
  return { options: Object.freeze(resolved), observationSpace, head };
}

const openNames: readonly OpenActorOptions[] = [
  "neuron",
  "params",
  "surrogate",
  "connection",
  "batchNorm",
  "noise",
];

/**
 * Returns options as files hold them: neuron and surrogate by name, masks as numbers.
 *
 * @example
 * ```ts
 * import { ilcSan, plainOptions } from "@spikeloop/actor";
 * import { lif } from "@spikeloop/neuron";
 * import { assertEquals } from "@std/assert";
 *
 * const { options } = ilcSan({ obsDim: 3, actDim: 1, neuron: lif });
 * assertEquals(JSON.parse(JSON.stringify(plainOptions(options))).neuron, "lif");
 * ```
 */
export function plainOptions(options: ActorOptions): Readonly<Record<string, unknown>> {
  const { neuron, surrogate, connection, ...rest } = options;
  const mask = typeof connection === "object" ? connection.mask : undefined;
  return {
    ...rest,
    ...neuron && { neuron: neuron.name },
    ...surrogate && { surrogate: plainSurrogate(surrogate) },
    ...connection === "none" && { connection },
    ...typeof connection === "object" && {
      connection: { ...connection, ...mask !== undefined && { mask: numbersOf(mask, options) } },
    },
  };
}

function plainSurrogate({ name, params, spiking = true }: Surrogate): unknown {
  return { name, params, ...!spiking && { spiking } };
}

/** The numbers of a mask, row by row. */
function numbersOf(
  mask: NonNullable<ConnectionOptions["mask"]>,
  { decPopDim }: ActorOptions,
): unknown {
  if (typeof mask === "function") {
    const indices = Array.from({ length: decPopDim }, (_, i) => i);
    return indices.flatMap((i) => indices.map((j) => Number(mask(i, j))));
  }
  if (mask instanceof Tensor) return [...mask.dataSync()];
  return ArrayBuffer.isView(mask) ? [...mask] : ([mask] as unknown[]).flat(10);
}

function takeRange(action: string, name: string, value: unknown): [number, number] {
  const [first, last] = takeList(action, name, value, takeNumber, 2);
  return [first, last];
}
