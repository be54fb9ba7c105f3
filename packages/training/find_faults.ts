// The episodes that checkEnvironment runs.
import { isDiscrete, type Space } from "@spikeloop/actor";
import { describeOption, isRecord, isVector } from "@spikeloop/errors";
import { type Key, normal, randint, split, uniform } from "@spikeloop/random";
import { attempt, call, type Checked, Failure, Stop } from "./check_calls.ts";
import type { ActionOf, AsyncEnvironment } from "./environment.ts";
import { limit } from "./limit.ts";
import { messageOf } from "./message_of.ts";
import { normalizationOf } from "./normalization.ts";
import { readPlain, writePlain } from "./trainer/plain_values.ts";
import { runOrWait, type Steps } from "./trainer/steps.ts";

/** The options of `checkEnvironment`, with their defaults. */
export interface ResolvedCheckOptions {
  readonly key: Key;
  readonly steps: number;
  readonly fixedStart: boolean;
  readonly seconds: number;
}

/** A step: its observation, its reward, and whether it terminates or truncates the episode. */
type Row = readonly unknown[];

/**
 * Runs the checks.
 *
 * @returns The faults, or a promise of them from the first promise on that the environment returns.
 */
export function findFaults(
  task: AsyncEnvironment<Space>,
  options: ResolvedCheckOptions,
): string[] | Promise<string[]> {
  return runOrWait(collectFaults(task, options));
}

function* collectFaults(
  task: AsyncEnvironment<Space>,
  options: ResolvedCheckOptions,
): Steps<string[]> {
  const faults = new Map<string, string>();
  const note = (kind: string, text = kind) => {
    if (!faults.has(kind)) faults.set(kind, text);
  };
  try {
    yield* checkAll({ task, seconds: options.seconds, note }, options);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return [...faults.values()];
}

function* checkAll(
  checked: Checked,
  { key, steps, fixedStart }: ResolvedCheckOptions,
): Steps<void> {
  const { task, note } = checked;
  const [firstKey, moveKey, startKey] = split(key, 3);
  const moves = drawActions(task.actionSpace, moveKey, steps);
  const first = yield* runEpisode(checked, firstKey, moves);
  if (isOver(first)) yield* checkEnd(checked, moves[0]);
  const second = yield* runEpisode(checked, firstKey, moves);
  const at = differenceOf(first, second);
  if (at === 0) {
    const isLearning = normalizationOf(task)?.update;
    note(
      "one key starts two different episodes: " +
        (isLearning
          ? "normalizeObservation changes its statistics with every observation. Check the task " +
            "inside, or with { statistics, update: false }; agents normalize by themselves"
          : "draw all that is random from the key"),
    );
  }
  if (at > 0) note("episodes differ", `one key and the same actions lead elsewhere at step ${at}`);
  if (!fixedStart) yield* checkStarts(checked, split(startKey, 8));
  for (const held of extremesOf(task.actionSpace)) {
    yield* runEpisode(checked, firstKey, new Array<ActionOf<Space>>(steps).fill(held));
  }
  if (task.snapshot !== undefined && at < 0) {
    // Up to the middle, so that no episode ends.
    const half = Math.min(20, Math.floor((first.length - 1) / 2));
    yield* checkSnapshot(checked, [firstKey, startKey], moves.slice(0, 2 * half));
  }
}

const isOver = (rows: readonly Row[]) => rows.at(-1)?.slice(-2).includes(true) ?? false;

/** The first row at which two episodes differ, -1 if there is none. */
function differenceOf(a: readonly Row[], b: readonly Row[]): number {
  const longer = a.length > b.length ? a : b;
  return longer.findIndex((_, t) => !sameData(a[t], b[t]));
}

/** Runs an episode to its end, or to the last action. Its first row is the start. */
function* runEpisode(
  checked: Checked,
  key: Key,
  moves: readonly ActionOf<Space>[],
): Steps<Row[]> {
  const start = yield* call(checked, "reset", () => checked.task.reset(key));
  const first = takeObservation(checked, "reset", start);
  return [first, ...yield* playSteps(checked, moves, start)];
}

/** Goes on with an episode; returns the rows of its steps. */
function* playSteps(
  checked: Checked,
  moves: readonly ActionOf<Space>[],
  start?: unknown,
): Steps<Row[]> {
  const { task, note } = checked;
  const rows: Row[] = [];
  let previous = start;
  let copy: readonly unknown[] = isVector(start) ? Array.from(start) : [];
  for (const move of moves) {
    const given = typeof move === "number" ? move : Array.from(move);
    const result = yield* call(checked, "step", () => task.step(given));
    if (!sameData(given, move)) note("step changes the array of its action");
    if (isVector(previous) && !sameData(Array.from(previous), copy)) {
      note("a step changes the array of an earlier observation: return a new array every time");
    }
    if (typeof result !== "object" || result === null) {
      note(
        `the result of step is ${describeOption(result)}, expected { observation, reward, ... }`,
      );
      throw new Stop();
    }
    const { observation, reward, terminated, truncated } = result as Record<string, unknown>;
    copy = takeObservation(checked, "step", observation);
    previous = observation;
    if (typeof reward !== "number" || !Number.isFinite(Math.fround(reward))) {
      note("reward", `the reward is ${describeOption(reward)}, expected a finite float32 number`);
    }
    for (const [name, flag] of Object.entries({ terminated, truncated })) {
      if (typeof flag !== "boolean") {
        note(`${name} is ${describeOption(flag)}, expected true or false`);
        throw new Stop();
      }
    }
    rows.push([...copy, Number(reward), terminated, truncated]);
    if (isOver(rows)) break;
  }
  return rows;
}

/** Notes the faults of an observation and returns a copy. */
function takeObservation({ task, note }: Checked, from: string, value: unknown): unknown[] {
  const space = task.observationSpace;
  if (!isVector(value)) {
    note(`the observation of ${from} is ${describeOption(value)}, expected an array of numbers`);
    throw new Stop();
  }
  if (value.length !== space.low.length) {
    const lengths = `length ${value.length}, observationSpace has ${space.low.length}`;
    note(`the observation of ${from} has ${lengths}`);
    throw new Stop();
  }
  const numbers = Array.from(value);
  for (const [i, x] of numbers.entries()) {
    const found = `observation[${i}] of ${from} is ${describeOption(x)}`;
    if (typeof x !== "number" || !Number.isFinite(Math.fround(x))) {
      note(`${i} finite`, `${found}, expected a finite float32 number`);
    } else if (x < loosened(space.low[i], -1) || x > loosened(space.high[i], 1)) {
      note(`${i} in space`, `${found}, out of its space from ${space.low[i]} to ${space.high[i]}`);
    }
  }
  return numbers;
}

/** A bound with some room for rounding to float32. */
const loosened = (bound: number, side: number) =>
  bound + side * 1e-6 * Math.max(1, Math.abs(bound));

/** After an end, a step has to throw. */
function* checkEnd(checked: Checked, move: ActionOf<Space>): Steps<void> {
  const result = yield* attempt(checked, "step", () => checked.task.step(move));
  if (result instanceof Failure) return;
  checked.note("step goes on after the end of an episode: throw a RangeError until the next reset");
}

/** Different keys have to start different episodes. */
function* checkStarts(checked: Checked, keys: readonly Key[]): Steps<void> {
  const starts: unknown[][] = [];
  for (const key of keys) {
    const start = yield* call(checked, "reset", () => checked.task.reset(key));
    starts.push(takeObservation(checked, "reset", start));
  }
  if (!starts.every((start) => sameData(start, starts[0]))) return;
  checked.note(
    `reset ignores its key: ${keys.length} keys start with the same observation; ` +
      "pass { fixedStart: true } if that is meant",
  );
}

/** A snapshot from the middle of the actions has to lead to the same second half. */
function* checkSnapshot(
  checked: Checked,
  [firstKey, otherKey]: readonly Key[],
  moves: readonly ActionOf<Space>[],
): Steps<void> {
  const { task, note } = checked;
  const half = moves.length / 2;
  yield* runEpisode(checked, firstKey, moves.slice(0, half));
  const snapshot = yield* call(checked, "snapshot", () => task.snapshot?.());
  if (snapshot === undefined) {
    note("snapshot returns nothing in the middle of an episode");
    return;
  }
  let copy: unknown;
  try {
    copy = throughFile(snapshot);
  } catch (error) {
    const problem = messageOf(error).replace(/^Cannot [^:]*: /, "");
    note("no copy", `the snapshot cannot be saved: ${problem}`);
    return;
  }
  const expected = yield* playSteps(checked, moves.slice(half));
  if (!sameData(snapshot, copy)) note("later steps change the snapshot: copy the state into it");
  const used = throughFile(copy);
  yield* call(checked, "reset", () => task.reset(otherKey));
  yield* call(checked, "restore", () => task.restore?.(used));
  const again = yield* playSteps(checked, moves.slice(half));
  if (!sameData(expected, again)) {
    note("restore does not bring the state back: the same actions lead elsewhere");
  }
  if (!sameData(used, copy)) {
    note("steps after restore change the snapshot: copy the state out of it");
  }
}

/** A snapshot as a resumed training gets it: written to a file and read again. */
function throughFile(snapshot: unknown): unknown {
  const action = "save the environment";
  return readPlain(action, "snapshot", writePlain(action, "snapshot", snapshot));
}

/** Whether two values of plain data are the same, to the bit. */
function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (isVector(a) && isVector(b)) {
    return a.length === b.length && Array.from(a).every((x, i) => sameData(x, b[i]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length &&
    names.every((name) => sameData(a[name], b[name]));
}

/**
 * The lowest and the highest action: an actor that holds one comes to places where random actions
 * do not. ±1 stands for a bound that is missing.
 */
function extremesOf(space: Space): ActionOf<Space>[] {
  if (isDiscrete(space)) return [0, space.n - 1];
  const { low, high } = space;
  return [-1, 1].map((side) =>
    low.map((bound, i) => {
      const end = side < 0 ? bound : high[i];
      return Number.isFinite(end) ? end : limit(side, bound, high[i]);
    })
  );
}

/** Random actions; where there is no bound, around 0. */
function drawActions(space: Space, key: Key, count: number): ActionOf<Space>[] {
  if (isDiscrete(space)) {
    return Array.from(randint(key, [count], { min: 0, max: space.n }).dataSync());
  }
  const [shareKey, normalKey] = split(key);
  const { low, high } = space;
  const shares = uniform(shareKey, [count, low.length]).dataSync();
  const free = normal(normalKey, [count, low.length]).dataSync();
  return Array.from({ length: count }, (_, t) =>
    low.map((bound, i) => {
      const at = t * low.length + i;
      const isBounded = Number.isFinite(high[i] - bound);
      return isBounded ? bound + shares[at] * (high[i] - bound) : limit(free[at], bound, high[i]);
    }));
}
