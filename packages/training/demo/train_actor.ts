import { type ILCSan, ilcSan } from "@spikeloop/actor";
import { type Key, split } from "@spikeloop/random";
import type { Checkpoint } from "../checkpoint.ts";
import type { Environment } from "../environment.ts";
import { evaluateActor } from "../evaluate_actor.ts";
import { emptyStatistics } from "../running_statistics.ts";
import { td3 } from "../td3.ts";
import { trainTd3 } from "../train_td3.ts";
import type { LearningCurve } from "./render_report.ts";

/** The actor is tested without noise after every so many steps. */
const testEvery = 500;
/** The episodes of a test, always from the same first states. Fewer could miss a hard one. */
const testEpisodes = 20;

/** The options of `trainActor`. */
export interface TrainActorOptions {
  /** Makes the task. */
  readonly environment: () => Environment;
  /** Draws all random numbers. */
  readonly key: Key;
  /** Steps of the environment. */
  readonly steps: number;
  /** Called after every step. Training ends early if it returns "stop". */
  readonly onStep: (
    step: number,
    episodeReturn: number | undefined,
  ) => Promise<"go on" | "stop"> | "go on" | "stop";
  /** Called with every actor that is the best so far. */
  readonly onBest?: (best: Checkpoint) => Promise<void> | void;
}

/** The result of training. */
export interface TrainResult {
  /** The network. */
  readonly actor: ILCSan;
  /** The actor before training. */
  readonly initial: Checkpoint;
  /** The actor of the best test; the latest one if there was no test yet. */
  readonly best: Checkpoint;
  /** The returns during training. */
  readonly curve: LearningCurve;
  /** The steps done. */
  readonly steps: number;
}

const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;

/** Trains a small actor with small critics, one update per step, and tests it now and then. */
export async function trainActor(options: TrainActorOptions): Promise<TrainResult> {
  const { environment, key, steps, onStep, onBest } = options;
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
  const initial = { params: state.networks.actor, statistics: emptyStatistics(obsDim) };
  const curve: LearningCurve = { episodes: [], tests: [] };
  let [latest, best, bestScore, stepsDone] = [initial, initial, -Infinity, 0];
  for (const progress of trainTd3({ environment: task, agent, key: trainKey, steps, state })) {
    const { step, episodeReturn, statistics } = progress;
    latest = { params: progress.state.networks.actor, statistics };
    stepsDone = step;
    if (episodeReturn !== undefined) curve.episodes.push([step, episodeReturn]);
    if (step % testEvery === 0 || step === steps) {
      const test = { environment, actor, ...latest, episodes: testEpisodes, key: testKey };
      const score = mean(evaluateActor(test));
      curve.tests.push([step, score]);
      if (score >= bestScore) {
        [best, bestScore] = [latest, score];
        await onBest?.(best);
      }
    }
    if (await onStep(step, episodeReturn) === "stop") break;
  }
  if (curve.tests.length === 0) best = latest;
  return { actor, initial, best, curve, steps: stepsDone };
}
