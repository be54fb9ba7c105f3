import { didYouMean, isRecord } from "@spikeloop/errors";
import { cosineDecay, linearDecay, type Schedule, stepDecay, warmUp } from "@spikeloop/functional";
import { byName, type Plain } from "../make_actor.ts";

/** The schedules by name; each takes its options as plain data. */
const schedules: Readonly<Record<string, (options: never) => Schedule>> = {
  cosineDecay,
  linearDecay,
  stepDecay,
  warmUp,
};

/**
 * Puts schedules in the place of records such as `{ linearDecay: { from: 1e-3, steps: 1000 } }`,
 * also in records within options.
 *
 * @throws {TypeError} if an option of a schedule is unknown, missing or of the wrong kind.
 * @throws {RangeError} if one is out of range.
 */
export function withSchedules(options: Plain): Plain {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, scheduleOr(value)]),
  );
}

function scheduleOr(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return withSchedules(value);
  // A warm-up has another schedule in it.
  const options = () => scheduleOr(value[name]) as never;
  if (Object.hasOwn(schedules, name)) return schedules[name](options());
  const isMisspelt = didYouMean(name, Object.keys(schedules)) !== "";
  return isMisspelt ? byName("the schedule", schedules, name) : withSchedules(value);
}
