import { type ILCSan, ilcSan } from "@spikeloop/actor";
import { type Key, split } from "@spikeloop/random";
import type { Checkpoint } from "../checkpoint.ts";
import type { Environment } from "../environment.ts";
import { td3 } from "../td3.ts";
import type { UpdateEvent } from "../trainer/events.ts";
import { trainer } from "../trainer/trainer.ts";
import { lossesOf } from "../report/losses.ts";
import type { LearningCurve } from "../report/render_report.ts";

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
  /** Ends training early. */
  readonly signal?: AbortSignal;
  /** Called with the steps so far, and the return of an episode that has just ended. */
  readonly onProgress?: (step: number, episodeReturn: number | undefined) => void;
  /** Called with every actor that is the best so far. */
  readonly onBest?: (best: Checkpoint) => void;
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

/** Trains a small actor with small critics, one update per step, and tests it now and then. */
export async function trainActor(options: TrainActorOptions): Promise<TrainResult> {
  const { environment, key, steps, signal, onProgress, onBest } = options;
  const { observationSpace, actionSpace } = environment();
  const actor = ilcSan({ observationSpace, actionSpace, hiddenSizes: [64, 64] });
  const agent = td3({
    actor,
    criticSizes: [64, 64],
    actorLearningRate: 5e-4,
    criticLearningRate: 1e-3,
  });
  const [initKey, trainKey, testKey] = split(key, 3);
  // A short training has random steps, and learns, too.
  const first = Math.min(1000, Math.floor(steps / 2));
  const training = trainer({
    environment,
    agent,
    key: trainKey,
    steps,
    startSteps: first,
    updateAfter: first,
    state: agent.init(initKey),
    evaluate: { every: testEvery, episodes: testEpisodes, key: testKey },
    signal,
  });
  const initial = training.policy;
  const curve = { episodes: [] as [number, number][], tests: [] as [number, number][] };
  const updates: UpdateEvent[] = [];
  for await (const event of training) {
    const { type, step } = event;
    if (type === "episode") curve.episodes.push([step, event.return]);
    if (type === "update") updates.push(event);
    if (type === "evaluation") {
      curve.tests.push([step, event.mean]);
      if (event.isBest && training.best) onBest?.(training.best);
    }
    onProgress?.(step, type === "episode" ? event.return : undefined);
  }
  return {
    actor,
    initial,
    best: training.best ?? training.policy,
    curve: { ...curve, losses: lossesOf(updates) },
    steps: training.step,
  };
}
