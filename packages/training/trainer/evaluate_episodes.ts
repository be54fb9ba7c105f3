import type { Actor, Space } from "@spikeloop/actor";
import { fail } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import { act, type Policy } from "../act.ts";
import { callEach } from "../after.ts";
import type { AsyncEnvironment } from "../environment.ts";
import { normalizationOf } from "../normalization.ts";
import { actionFor, checkFit, obsDimOf } from "../take_actor.ts";
import { type Steps, waitAll } from "./steps.ts";

/** The most steps of an episode where no limit is given: an environment may never end one. */
const safeSteps = 10_000;

/** How to run episodes in which an actor acts without noise. */
export interface EvaluationRun {
  readonly policy: Policy;
  /** Makes a task of its own for each episode. */
  readonly makeTask: () => AsyncEnvironment<Space>;
  readonly episodes: number;
  readonly key: Key;
  /** The most steps of an episode; those of the task, but at most 10,000, if missing. */
  readonly maxSteps?: number;
  /** Tasks that somebody else goes on with. */
  readonly taken?: readonly AsyncEnvironment<Space>[];
}

/**
 * Refuses a task whose statistics of observations begin with the evaluation: its actor would see
 * other numbers than in training.
 *
 * @throws {TypeError} if it is one.
 */
function refuseLearning(action: string, task: AsyncEnvironment<Space>): void {
  if (!normalizationOf(task)?.update) return;
  const problem = `${task.name} changes its statistics of observations while it is evaluated`;
  const expected = "expected those of the training, by normalizeObservation(env, { statistics, " +
    "update: false }), or no wrapper, as agents normalize observations themselves";
  fail(action, `${problem}; ${expected}`);
}

/**
 * Refuses to evaluate in a task that normalizes observations where the task of the training does
 * not, or the other way round.
 *
 * @throws {TypeError} if it does.
 */
function refuseOtherScale(
  action: string,
  task: AsyncEnvironment<Space>,
  training: AsyncEnvironment<Space>,
): void {
  const [own, other] = [task, training].map((one) =>
    normalizationOf(one) === undefined ? "raw observations" : "those of normalizeObservation"
  );
  if (own === other) return;
  fail(action, `environment of evaluate has ${own}, the training has ${other}; expected the same`);
}

/**
 * Checks a task for evaluations.
 *
 * @param taken The tasks of the training, if there is one.
 * @throws {TypeError} if an actor evaluated in it would not do what it learns in the training.
 * @throws {RangeError} if its actions have other bounds.
 */
export function checkTask(
  action: string,
  actor: Actor,
  task: AsyncEnvironment<Space>,
  taken: readonly AsyncEnvironment<Space>[],
): void {
  checkFit(action, actor, task);
  if (taken.includes(task)) {
    fail(action, "environment returned the task of the training, expected a new one");
  }
  refuseLearning(action, task);
  if (taken.length > 0) refuseOtherScale(action, task, taken[0]);
}

/** Runs episodes side by side, and returns the return of each. */
export function* evaluateEpisodes(
  action: string,
  { policy, makeTask, episodes, key, maxSteps, taken = [] }: EvaluationRun,
): Steps<number[]> {
  const { actor } = policy;
  const [obsDim, { actDim }] = [obsDimOf(actor), actor.head];
  const returns = new Array<number>(episodes).fill(0);
  const [startKey, actKey] = split(key);
  const tasks = new Set<AsyncEnvironment<Space>>();
  try {
    const runs = split(startKey, episodes).map((k, index) => {
      const task = makeTask();
      if (tasks.has(task)) {
        fail(
          action,
          "environment returned the same task twice, expected a new one for each episode",
        );
      }
      if (!taken.includes(task)) tasks.add(task);
      checkTask(action, actor, task, taken);
      return { index, task, key: k, steps: maxSteps ?? Math.min(task.maxSteps, safeSteps) };
    });
    const starts = yield* waitAll(callEach(runs, ({ task, key }) => task.reset(key)));
    let active = runs.map((run, i) => ({ ...run, observation: starts[i] }));
    let nextKey = actKey;
    for (let step = 1; active.length > 0; step++) {
      const keys = split(nextKey);
      nextKey = keys[0];
      const observations = new Float32Array(active.length * obsDim);
      active.forEach(({ observation }, row) => observations.set(observation, row * obsDim));
      const actions = act(policy, observations, keys[1]);
      const results = yield* waitAll(callEach(active, ({ task }, row) => {
        const numbers = actions.subarray(row * actDim, (row + 1) * actDim);
        return task.step(actionFor(task.actionSpace, numbers));
      }));
      active = active.flatMap((run, row) => {
        const { observation, reward, terminated, truncated } = results[row];
        returns[run.index] += reward;
        const isOver = terminated || truncated || step >= run.steps;
        return isOver ? [] : [{ ...run, observation }];
      });
    }
  } finally {
    for (const task of tasks) task[Symbol.dispose]?.();
  }
  return returns;
}
