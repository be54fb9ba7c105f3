// The episodes that checkEnvironment runs.
import { type Box, isDiscrete, type Space } from "@spikeloop/actor";
import { describeOption, isRecord, isVector } from "@spikeloop/errors";
import { type Key, normal, randint, split, uniform } from "@spikeloop/random";
import { isPromise } from "./after.ts";
import type { ActionOf, AsyncEnvironment } from "./environment.ts";
import { limit } from "./limit.ts";
import { messageOf } from "./message_of.ts";
import { normalizationOf } from "./normalization.ts";
import { readPlain, writePlain } from "./trainer/plain_values.ts";

/** The options of `checkEnvironment`, with their defaults. */
export interface ResolvedCheckOptions {
  readonly key: Key;
  readonly steps: number;
  readonly fixedStart: boolean;
  readonly seconds: number;
}

/** A part of the checks. It yields results that may be promises, and gets what they hold. */
type Check<T> = Generator<unknown, T, unknown>;

/** A step: its observation, its reward and its ends. */
type Row = readonly (number | boolean)[];

/** The failure of a call. */
class Failure {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Stands for what a promise holds that has not resolved in time. */
class Late {
  readonly seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }
}

/** Ends the checks: what follows would tell nothing new. */
class Stop extends Error {}

/**
 * Runs the checks.
 *
 * @returns The faults, or a promise of them from the first promise on that the environment returns.
 */
export function findFaults(
  task: AsyncEnvironment<Space>,
  options: ResolvedCheckOptions,
): string[] | Promise<string[]> {
  const faults = new Map<string, string>();
  const checks = checkAll(task, options, (kind, text = kind) => {
    if (!faults.has(kind)) faults.set(kind, text);
  });
  return drive(checks, () => [...faults.values()], options.seconds);
}

/** Runs checks to their end. */
function drive<T>(
  checks: Check<void>,
  result: () => T,
  seconds: number,
  value?: unknown,
): T | Promise<T> {
  try {
    for (let turn = checks.next(value); !turn.done; turn = checks.next(value)) {
      value = turn.value;
      if (isPromise(value)) {
        return settle(value, seconds).then((inner) => drive(checks, result, seconds, inner));
      }
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return result();
}

/** Waits for the value of a promise or its failure; `Late` after so many seconds. */
function settle(promise: Promise<unknown>, seconds: number): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(new Late(seconds)), 1000 * seconds);
    const end = (value: unknown) => {
      clearTimeout(timer);
      resolve(value);
    };
    Promise.resolve(promise).then(end, (error) => end(new Failure(error)));
  });
}

/** Notes a fault, the first of each kind. */
type Note = (kind: string, text?: string) => void;

function* checkAll(
  task: AsyncEnvironment<Space>,
  { key, steps, fixedStart }: ResolvedCheckOptions,
  note: Note,
): Check<void> {
  const [firstKey, moveKey, startKey] = split(key, 3);
  const moves = drawActions(task.actionSpace, moveKey, steps);
  const first = yield* runEpisode(task, firstKey, moves, note);
  if (isOver(first)) yield* checkEnd(task, moves[0], note);
  const second = yield* runEpisode(task, firstKey, moves, note);
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
  if (!fixedStart) yield* checkStarts(task, split(startKey, 8), note);
  for (const held of extremesOf(task.actionSpace)) {
    yield* runEpisode(task, firstKey, new Array<ActionOf<Space>>(steps).fill(held), note);
  }
  if (task.snapshot !== undefined && at < 0) {
    // Up to the middle, so that no episode ends.
    const half = Math.min(20, Math.floor((first.length - 1) / 2));
    yield* checkSnapshot(task, [firstKey, startKey], moves.slice(0, 2 * half), note);
  }
}

const isOver = (rows: readonly Row[]) => rows.at(-1)?.slice(-2).includes(true) ?? false;

/** The first row at which two episodes differ, -1 if there is none. */
function differenceOf(a: readonly Row[], b: readonly Row[]): number {
  const longer = a.length > b.length ? a : b;
  return longer.findIndex((_, t) => !sameData(a[t], b[t]));
}

/** Calls the environment; a failure is a fault that ends the checks. */
function* call(doing: string, f: () => unknown, note: Note): Check<unknown> {
  const result = yield* attempt(doing, f, note);
  if (!(result instanceof Failure)) return result;
  note(`${doing} throws`, `${doing} throws: ${messageOf(result.error)}`);
  throw new Stop();
}

/** Calls the environment; returns its result or its failure. */
function* attempt(doing: string, f: () => unknown, note: Note): Check<unknown> {
  let result: unknown;
  try {
    result = f();
  } catch (error) {
    return new Failure(error);
  }
  const value = yield result;
  if (!(value instanceof Late)) return value;
  note(
    `the promise of ${doing} has not resolved for ${value.seconds} s; ` +
      "pass { seconds } if it may take longer",
  );
  throw new Stop();
}

/** Runs an episode to its end, or to the last action. Its first row is the start. */
function* runEpisode(
  task: AsyncEnvironment<Space>,
  key: Key,
  moves: readonly ActionOf<Space>[],
  note: Note,
): Check<Row[]> {
  const start = yield* call("reset", () => task.reset(key), note);
  const first = takeObservation("reset", start, task.observationSpace, note);
  return [first, ...yield* playSteps(task, moves, note, start)];
}

/** Goes on with an episode; returns the rows of its steps. */
function* playSteps(
  task: AsyncEnvironment<Space>,
  moves: readonly ActionOf<Space>[],
  note: Note,
  start?: unknown,
): Check<Row[]> {
  const rows: Row[] = [];
  let previous = start;
  let copy = isVector(start) ? Array.from(start) : [];
  for (const move of moves) {
    const given = typeof move === "number" ? move : Array.from(move);
    const result = yield* call("step", () => task.step(given), note);
    if (!sameData(given, move)) note("step changes the array of its action");
    if (previous !== undefined && !sameData(Array.from(previous as ArrayLike<unknown>), copy)) {
      note("a step changes the array of an earlier observation: return a new array every time");
    }
    if (typeof result !== "object" || result === null) {
      note(
        `the result of step is ${describeOption(result)}, expected { observation, reward, ... }`,
      );
      throw new Stop();
    }
    const { observation, reward, terminated, truncated } = result as Record<string, unknown>;
    copy = takeObservation("step", observation, task.observationSpace, note);
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
    rows.push([...copy as number[], Number(reward), terminated === true, truncated === true]);
    if (isOver(rows)) break;
  }
  return rows;
}

/** Notes the faults of an observation and returns a copy. */
function takeObservation(from: string, value: unknown, space: Box, note: Note): number[] {
  if (!isVector(value)) {
    note(`the observation of ${from} is ${describeOption(value)}, expected an array of numbers`);
    throw new Stop();
  }
  if (value.length !== space.low.length) {
    note(`${from} returns ${value.length} numbers, observationSpace has ${space.low.length}`);
    throw new Stop();
  }
  const numbers = Array.from(value) as number[];
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
function* checkEnd(
  task: AsyncEnvironment<Space>,
  move: ActionOf<Space>,
  note: Note,
): Check<void> {
  const result = yield* attempt("step", () => task.step(move), note);
  if (result instanceof Failure) return;
  note("step goes on after the end of an episode: throw a RangeError until the next reset");
}

/** Different keys have to start different episodes. */
function* checkStarts(
  task: AsyncEnvironment<Space>,
  keys: readonly Key[],
  note: Note,
): Check<void> {
  const starts: number[][] = [];
  for (const key of keys) {
    const start = yield* call("reset", () => task.reset(key), note);
    starts.push(takeObservation("reset", start, task.observationSpace, note));
  }
  if (!starts.every((start) => sameData(start, starts[0]))) return;
  note(
    `reset ignores its key: ${keys.length} keys start with the same observation; ` +
      "pass { fixedStart: true } if that is meant",
  );
}

/** A snapshot from the middle of the actions has to lead to the same second half. */
function* checkSnapshot(
  task: AsyncEnvironment<Space>,
  [firstKey, otherKey]: readonly Key[],
  moves: readonly ActionOf<Space>[],
  note: Note,
): Check<void> {
  const half = moves.length / 2;
  yield* runEpisode(task, firstKey, moves.slice(0, half), note);
  const snapshot = yield* call("snapshot", () => task.snapshot?.(), note);
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
  const expected = yield* playSteps(task, moves.slice(half), note);
  if (!sameData(snapshot, copy)) note("later steps change the snapshot: copy the state into it");
  const used = throughFile(copy);
  yield* call("reset", () => task.reset(otherKey), note);
  yield* call("restore", () => task.restore?.(used), note);
  const again = yield* playSteps(task, moves.slice(half), note);
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
