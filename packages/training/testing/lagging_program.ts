// TD3 that lags, for tests of the second thread; also a program of its own.
import { type Actor, ilcSan } from "@spikeloop/actor";
import { limitThreads } from "@spikeloop/cpu";
import { key, normal, split, uniform } from "@spikeloop/random";
import { type Tree, treeLeaves, zeros } from "@spikeloop/tensor";
import { desks } from "../second_thread/desk.ts";
import { taskKinds } from "../second_thread/second_thread.ts";
import { td3 } from "../td3.ts";

const { process } = globalThis as { process?: { getBuiltinModule?: unknown } };

/** Why no second thread can run here. */
export const noThread: string | undefined = process?.getBuiltinModule === undefined
  ? "this runtime has no getBuiltinModule"
  : undefined;

/** The numbers of a state after so many updates. */
interface Trained {
  readonly updates: number;
  readonly numbers: readonly (readonly number[])[];
}

/** The sizes of the actors that learn. */
export const sizes = { obsDim: 11, actDim: 3, hiddenSizes: [64, 64] };

/**
 * Trains for a while.
 *
 * @param isOver Whether to stop after so many updates.
 */
export function trainLagging(
  isOver: (updates: number) => boolean,
  actor: Actor = ilcSan(sizes),
): Trained {
  const { obsDim, actDim } = sizes;
  const rows = 100;
  const agent = td3({ actor, criticSizes: [64, 64], lag: 1 });
  let state = agent.init(key(0));
  let next = key(1);
  let updates = 0;
  while (!isOver(updates)) {
    const keys = split(next, 6);
    next = keys[0];
    const batch = {
      observation: normal(keys[1], [rows, obsDim]),
      action: uniform(keys[2], [rows, actDim], { min: -1, max: 1 }),
      reward: normal(keys[3], [rows]),
      nextObservation: normal(keys[4], [rows, obsDim]),
      done: zeros([rows]),
    };
    [state] = agent.update(state, batch, { timer: updates++, key: keys[5] });
  }
  const { networks, targets, optimizers, ahead } = state;
  const all: Tree = [networks, targets, optimizers.actor.moments, optimizers.critics.moments];
  const leaves = treeLeaves([...all, ahead?.actor ?? [], ahead?.criticBatch ?? []]);
  return { updates, numbers: leaves.map((x) => [...x.dataSync()]) };
}

/** How many tasks of each kind the second thread has done. */
export const tasksDone = (): readonly number[] => taskKinds.map((kind) => desks[kind].uses);

/** Whether the second thread has done so many tasks of each kind, or two minutes are over. */
export function untilSecondThread(tasks: number): () => boolean {
  const [end, before] = [performance.now() + 120_000, tasksDone()];
  return () =>
    tasksDone().every((count, i) => count - before[i] >= tasks) || performance.now() > end;
}

if (import.meta.main) {
  const [most] = (globalThis as unknown as { Deno: typeof Deno }).Deno.args.map(Number);
  limitThreads(2);
  const isThere = untilSecondThread(2);
  trainLagging((updates) => updates >= most || isThere());
  console.log(tasksDone().every((count) => count > 1) ? "two threads" : "one thread");
}
