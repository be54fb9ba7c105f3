import type { Space } from "@spikeloop/actor";
import { fail } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import { act, type Policy } from "../act.ts";
import { callEach } from "../after.ts";
import type { AsyncEnvironment } from "../environment.ts";
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
}

/** Runs episodes side by side, and returns the return of each. */
export function* evaluateEpisodes(
  action: string,
  { policy, makeTask, episodes, key, maxSteps }: EvaluationRun,
): Steps<number[]> {
  const { actor } = policy;
  const [obsDim, { actDim }] = [obsDimOf(actor), actor.head];
  const returns = new Array<number>(episodes).fill(0);
  const [startKey, actKey] = split(key);
  const tasks = new Set<AsyncEnvironment<Space>>();
  const seats = split(startKey, episodes).map((k, index) => {
    const task = makeTask();
    checkFit(action, actor, task);
    if (tasks.has(task)) {
      fail(action, "environment returned the same task twice, expected a new one for each episode");
    }
    tasks.add(task);
    return { index, task, key: k, steps: maxSteps ?? Math.min(task.maxSteps, safeSteps) };
  });
  try {
    const starts = yield* waitAll(callEach(seats, ({ task, key }) => task.reset(key)));
    let active = seats.map((seat, i) => ({ ...seat, observation: starts[i] }));
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
      active = active.flatMap((seat, row) => {
        const { observation, reward, terminated, truncated } = results[row];
        returns[seat.index] += reward;
        const isOver = terminated || truncated || step >= seat.steps;
        return isOver ? [] : [{ ...seat, observation }];
      });
    }
  } finally {
    for (const task of tasks) task[Symbol.dispose]?.();
  }
  return returns;
}
