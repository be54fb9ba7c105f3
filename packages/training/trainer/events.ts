import type { Measures } from "./measure.ts";

/** An episode has ended. */
export interface EpisodeEvent {
  /** Tells the kinds of events apart. */
  readonly type: "episode";
  /** The steps of all environments so far. */
  readonly step: number;
  /** The number of the environment, from 0. */
  readonly environment: number;
  /** The sum of the episode's rewards. */
  readonly return: number;
  /** The steps of the episode. */
  readonly length: number;
}

/** The agent has learned. Rates and values are measured at one of `measureEvery` such events. */
export interface UpdateEvent extends Partial<Measures> {
  /** Tells the kinds of events apart. */
  readonly type: "update";
  /** The steps of all environments so far. */
  readonly step: number;
  /** The updates so far. */
  readonly updates: number;
  /** The mean losses of the updates of this step, by name, such as `criticLoss`. */
  readonly losses: Readonly<Record<string, number>>;
}

/** The actor has been evaluated: it acted without noise. */
export interface EvaluationEvent {
  /** Tells the kinds of events apart. */
  readonly type: "evaluation";
  /** The steps of all environments so far. */
  readonly step: number;
  /** The return of every episode. */
  readonly returns: readonly number[];
  /** The mean of the returns. */
  readonly mean: number;
  /** Whether no earlier mean was higher. `trainer.best` then holds this actor. */
  readonly isBest: boolean;
}

/** The state of the run is due to be saved, or has been written by `checkpoint.write`. */
export interface CheckpointEvent {
  /** Tells the kinds of events apart. */
  readonly type: "checkpoint";
  /** The steps of all environments so far. */
  readonly step: number;
}

/** An event of a training. All are plain data. */
export type TrainerEvent = EpisodeEvent | UpdateEvent | EvaluationEvent | CheckpointEvent;
