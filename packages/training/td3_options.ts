import { checkOptions } from "@spikeloop/errors";
import type { ILCSan } from "@spikeloop/actor";
import type { LearningRate } from "@spikeloop/functional";

/** What `td3` takes; the defaults are those of SpikingJelly's examples/ILC-SAN. */
export interface Td3Options {
  /** The network that acts. */
  readonly actor: ILCSan;
  /** Hidden layers of the two critics; [256, 256] if missing. */
  readonly criticSizes?: readonly number[];
  /** How much a reward one step later counts; 0.99 if missing. */
  readonly gamma?: number;
  /** How much of the target networks is kept at each of their updates; 0.995 if missing. */
  readonly polyak?: number;
  /** 1e-4 if missing. */
  readonly actorLearningRate?: LearningRate;
  /** 1e-3 if missing. */
  readonly criticLearningRate?: LearningRate;
  /** Standard deviation of the noise on the target's actions; 0.2 if missing. */
  readonly targetNoise?: number;
  /** That noise is limited to this on both sides; 0.5 if missing. */
  readonly noiseClip?: number;
  /** Every how many updates the actor and the targets are updated; 2 if missing. */
  readonly policyDelay?: number;
}

const defaults: Required<Omit<Td3Options, "actor">> = {
  criticSizes: [256, 256],
  gamma: 0.99,
  polyak: 0.995,
  actorLearningRate: 1e-4,
  criticLearningRate: 1e-3,
  targetNoise: 0.2,
  noiseClip: 0.5,
  policyDelay: 2,
};

const names = ["actor", ...Object.keys(defaults)];

/**
 * The options with their defaults.
 *
 * @throws {TypeError} if one is unknown or of the wrong kind. @throws {RangeError} if one is out of range.
 */
export function resolveTd3Options(options: Td3Options): Required<Td3Options> {
  const fail = (kind: typeof TypeError | typeof RangeError, problem: string): never => {
    throw new kind(`Cannot make td3: ${problem}`);
  };
  checkOptions("make td3", options, names);
  const given = Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined));
  const o = { ...defaults, ...given } as Required<Td3Options>;
  if (typeof o.actor?.apply !== "function") {
    fail(TypeError, `actor is ${String(o.actor)}, expected one; make it with ilcSan`);
  }
  for (const name of ["gamma", "polyak"] as const) {
    if (!(o[name] >= 0 && o[name] <= 1)) {
      fail(RangeError, `${name} is ${String(o[name])}, expected a number from 0 to 1`);
    }
  }
  for (const name of ["targetNoise", "noiseClip"] as const) {
    if (!Number.isFinite(o[name]) || o[name] < 0) {
      fail(RangeError, `${name} is ${String(o[name])}, expected a finite number of at least 0`);
    }
  }
  const isCount = (n: unknown) => Number.isInteger(n) && Number(n) >= 1;
  if (!isCount(o.policyDelay)) {
    fail(RangeError, `policyDelay is ${String(o.policyDelay)}, expected an integer of at least 1`);
  }
  if (!Array.isArray(o.criticSizes) || !o.criticSizes.every(isCount)) {
    fail(
      RangeError,
      `criticSizes is ${JSON.stringify(o.criticSizes)}, expected integers of at least 1`,
    );
  }
  return o;
}
