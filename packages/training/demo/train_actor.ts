import { type ILCSan, ilcSan } from "@spikeloop/actor";
import { type Key, split } from "@spikeloop/random";
import type { Checkpoint } from "../checkpoint.ts";
import type { Environment } from "../environment.ts";
import { evaluateActor } from "../evaluate_actor.ts";
import { emptyStatistics } from "../running_statistics.ts";
import { td3 } from "../td3.ts";
import { trainTd3 } from "../train_td3.ts";
import type { LearningCurve } from "./report.ts";

/** Every so many steps the actor is tried without noise; the best so far is kept. */
const testEvery = 500;
/** So many episodes, always from the same first states: few could miss a start that it cannot handle yet. */
const testEpisodes = 20;

/** What `trainActor` takes. */
export interface TrainActorOptions {
  /** Makes the task. */
  readonly environment: () => Environment;
  /** Where all random numbers come from. */
  readonly key: Key;
  /** Steps of the environment. */
  readonly steps: number;
  /** Told about every step; training ends early where it answers "stop". */
  readonly onStep: (
    step: number,
    episodeReturn: number | undefined,
  ) => Promise<"go on" | "stop"> | "go on" | "stop";
}

/** What came of training. */
export interface Trained {
  /** The network. */
  readonly actor: ILCSan;
  /** Its parameters before training. */
  readonly untrained: Checkpoint;
  /** The best it came to, by the tests on the way; the latest where there was no test yet. */
  readonly trained: Checkpoint;
  /** How training went. */
  readonly curve: LearningCurve;
  /** Steps done. */
  readonly steps: number;
}

const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

/** The demo's training: a small actor, small critics, one update per step, and a test now and then. */
export async function trainActor(options: TrainActorOptions): Promise<Trained> {
  const { environment, key, steps, onStep } = options;
  const task = environment();
  const [obsDim, actDim] = [task.observationSpace.low.length, task.actionSpace.low.length];
  const actLimit = task.actionSpace.high[0];
  const actor = ilcSan({ obsDim, actDim, hiddenSizes: [64, 64], actLimit });
  const agent = td3({
    actor,
    criticSizes: [64, 64],
    actorLearningRate: 5e-4,
    criticLearningRate: 1e-3,
  });
  const [initKey, trainKey, testKey] = split(key, 3);
  const state = agent.init(initKey);
  const untrained = { params: state.networks.actor, statistics: emptyStatistics(obsDim) };
  const curve: LearningCurve = { episodes: [], tests: [] };
  let [latest, best, bestScore, done] = [untrained, untrained, -Infinity, 0];
  for (const progress of trainTd3({ environment: task, agent, key: trainKey, steps, state })) {
    const { step, episodeReturn, statistics } = progress;
    latest = { params: progress.state.networks.actor, statistics };
    done = step;
    if (episodeReturn !== undefined) curve.episodes.push([step, episodeReturn]);
    if (step % testEvery === 0 || step === steps) {
      const tests = { environment, actor, ...latest, episodes: testEpisodes, key: testKey };
      const score = mean(evaluateActor(tests));
      curve.tests.push([step, score]);
      if (score >= bestScore) [best, bestScore] = [latest, score];
    }
    if (await onStep(step, episodeReturn) === "stop") break;
  }
  const trained = curve.tests.length > 0 ? best : latest;
  return { actor, untrained, trained, curve, steps: done };
}
