import { checkOptions, takeCount, takeNumber } from "@spikeloop/errors";

/**
 * A number that changes during training: a function of the number of the update (1, 2, ...), which
 * optimizers take as their learning rate. The sharpness of a surrogate may follow one too.
 */
export type Schedule = (step: number) => number;

/** The options of `cosineDecay` and `linearDecay`. */
export interface DecayOptions {
  /** The value in the first update. */
  readonly from: number;
  /** The value after `steps` updates, and from then on; 0 if missing. */
  readonly to?: number;
  /** The number of updates that it takes. */
  readonly steps: number;
}

/** The options of `stepDecay`. */
export interface StepDecayOptions {
  /** The value in the first update. */
  readonly from: number;
  /** The factor of every decay; 0.1 if missing. */
  readonly factor?: number;
  /** The number of updates between two decays. */
  readonly every: number;
}

/** The options of `warmUp`. */
export interface WarmUpOptions {
  /** The value in the first update; 0 if missing. */
  readonly from?: number;
  /** The number of updates that the rise takes. */
  readonly steps: number;
  /** The value afterwards, or a schedule that begins then. */
  readonly then: number | Schedule;
}

/** The updates before this one; the first is number 1. */
function updatesBefore(action: string, step: unknown): number {
  return Math.max(0, takeNumber(action, "the number of the update", step) - 1);
}

function decay(name: string, options: DecayOptions, shape: (share: number) => number): Schedule {
  const action = `make ${name}`;
  checkOptions(action, options, ["from", "to", "steps"]);
  const from = takeNumber(action, "from", options.from);
  const to = takeNumber(action, "to", options.to ?? 0);
  const steps = takeCount(action, "steps", options.steps);
  return (step) => {
    const t = updatesBefore(`run ${name}`, step);
    return t >= steps ? to : to + (from - to) * shape(t / steps);
  };
}

/**
 * Half a cosine from one value to another, as PyTorch's `CosineAnnealingLR` within its first
 * `T_max` updates:
 *
 *     to + (from - to) · (1 + cos(π · t / steps)) / 2   after t updates, then `to`
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if `steps` is no integer of at least 1, or a value is not finite.
 *
 * @example
 * ```ts
 * import { adam, cosineDecay } from "@spikeloop/functional";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = cosineDecay({ from: 1, steps: 10 });
 * assertEquals([1, 6, 11].map(schedule), [1, 0.5, 0]);
 * adam({ learningRate: schedule });
 * ```
 */
export function cosineDecay(options: DecayOptions): Schedule {
  return decay("cosineDecay", options, (share) => (1 + Math.cos(Math.PI * share)) / 2);
}

/**
 * A straight line from one value to another, as PyTorch's `LinearLR`:
 *
 *     from + (to - from) · t / steps   after t updates, then `to`
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if `steps` is no integer of at least 1, or a value is not finite.
 *
 * @example The surrogate gets sharper while the network learns; nothing is compiled anew.
 * ```ts
 * import { linearDecay } from "@spikeloop/functional";
 * import { atan } from "@spikeloop/surrogate";
 * import { assertEquals } from "@std/assert";
 *
 * const sharpness = linearDecay({ from: 1, to: 4, steps: 30 });
 * assertEquals(atan({ alpha: sharpness(11) }).params.alpha, 2);
 * ```
 */
export function linearDecay(options: DecayOptions): Schedule {
  return decay("linearDecay", options, (share) => 1 - share);
}

/**
 * A value that is multiplied by a factor again and again, as PyTorch's `StepLR`:
 *
 *     from · factor^⌊t / every⌋   after t updates
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if `every` is no integer of at least 1, or another value is not finite.
 *
 * @example
 * ```ts
 * import { stepDecay } from "@spikeloop/functional";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([1, 5, 6, 11].map(stepDecay({ from: 8, factor: 0.5, every: 5 })), [8, 8, 4, 2]);
 * ```
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const action = "make stepDecay";
  checkOptions(action, options, ["from", "factor", "every"]);
  const from = takeNumber(action, "from", options.from);
  const factor = takeNumber(action, "factor", options.factor ?? 0.1, { min: 0 });
  const every = takeCount(action, "every", options.every);
  return (step) => from * factor ** Math.floor(updatesBefore("run stepDecay", step) / every);
}

/**
 * A straight line up to the first value of another schedule, which then begins: PyTorch's
 * `SequentialLR` of `LinearLR` and that schedule.
 *
 *     from + (then(1) - from) · t / steps   after t < steps updates
 *     then(t - steps + 1)                   from then on
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if `steps` is no integer of at least 1, or a value is not finite.
 *
 * @example
 * ```ts
 * import { cosineDecay, warmUp } from "@spikeloop/functional";
 * import { assertEquals } from "@std/assert";
 *
 * const schedule = warmUp({ steps: 4, then: cosineDecay({ from: 1, steps: 10 }) });
 * assertEquals([1, 2, 5, 10, 15].map(schedule), [0, 0.25, 1, 0.5, 0]);
 * ```
 */
export function warmUp(options: WarmUpOptions): Schedule {
  const action = "make warmUp";
  checkOptions(action, options, ["from", "steps", "then"]);
  const from = takeNumber(action, "from", options.from ?? 0);
  const steps = takeCount(action, "steps", options.steps);
  const { then } = options;
  if (typeof then !== "function") takeNumber(action, "then", then);
  const after = (step: number) =>
    takeNumber("run warmUp", "then", typeof then === "function" ? then(step) : then);
  return (step) => {
    const t = updatesBefore("run warmUp", step);
    return t < steps ? from + (after(1) - from) * t / steps : after(t - steps + 1);
  };
}
