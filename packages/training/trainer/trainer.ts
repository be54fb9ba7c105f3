import type { AgentState } from "../agent.ts";
import { loadRun } from "./save_run.ts";
import { makeTraining, type Trainer } from "./training.ts";
import { takeTrainerOptions } from "./take_trainer_options.ts";
import type { TrainerOptions } from "./trainer_options.ts";

/** Makes trainings, afresh and from files. */
export interface TrainerFactory {
  /** Makes a training. */
  <S extends AgentState>(options: TrainerOptions<S>): Trainer<S>;
  /**
   * Goes on with a training that `save` has returned. With the same options it has the bits of one
   * that was never interrupted (on the CPU). An environment without `snapshot` and `restore` starts
   * a new episode.
   *
   * @throws {SyntaxError} if the bytes are no such file, are damaged, or of another version.
   * @throws {TypeError} if it is of another agent, actor or environment; the message names it.
   * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
   * @throws {RangeError} if it has done more than `steps` steps.
   */
  load<S extends AgentState>(bytes: Uint8Array, options: TrainerOptions<S>): Trainer<S>;
}

/**
 * Trains an agent in an environment. Iterate over the result, with `for` or with `for await`:
 *
 * - `episode`: an episode has ended, with its return and length;
 * - `update`: the agent has learned, with its losses; at one of `measureEvery` also with the firing
 *   rates of the layers, the mean estimate of the return (`qValue`), and the share of actions near
 *   a bound (`saturated`);
 * - `evaluation`: the returns of an actor without noise, and whether it is the best so far;
 * - `checkpoint`: it is time to save, or `checkpoint.write` has saved.
 *
 * An asynchronous iteration waits for environments that return promises, and lets a page draw and
 * signals be handled. What it yields does not change. Where a loss stops being finite, or a value
 * that an update reads, it throws a RangeError that names the first tensor with such a number.
 *
 * `save` and `trainer.load` interrupt a training without a trace. Writing the file safely is the
 * part of `writeFile` in `@spikeloop/training/files`.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or the actor's spaces
 * are not the environment's.
 * @throws {RangeError} if a number is out of range, bounds of actions differ, or the steps are over
 * before the first update.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { pendulum, td3, trainer } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const { observationSpace, actionSpace } = pendulum();
 * const actor = ilcSan({ observationSpace, actionSpace, hiddenSizes: [8] });
 * const options = {
 *   environment: pendulum,
 *   agent: td3({ actor, criticSizes: [8] }),
 *   key: key(0),
 *   steps: 300,
 *   updateAfter: 290,
 *   evaluate: { every: 300, episodes: 2 },
 * };
 * const training = trainer(options);
 * const kinds = new Set<string>();
 * for (const event of training) kinds.add(event.type);
 * assertEquals([...kinds], ["episode", "update", "evaluation"]);
 *
 * // A file goes on where the training was.
 * const more = trainer.load(training.save(), { ...options, steps: 310 });
 * for (const event of more) if (event.type === "update") assertEquals(event.step > 300, true);
 * ```
 */
export const trainer: TrainerFactory = /* @__PURE__ */ Object.assign(
  <S extends AgentState>(options: TrainerOptions<S>): Trainer<S> =>
    makeTraining(takeTrainerOptions("make a trainer", options)),
  {
    load: <S extends AgentState>(bytes: Uint8Array, options: TrainerOptions<S>): Trainer<S> => {
      const plan = takeTrainerOptions("load the training", options);
      return makeTraining(plan, loadRun(plan, bytes));
    },
  },
);
