import { cpu } from "@spikeloop/cpu";
import { split } from "@spikeloop/random";
import type { Environment } from "./environment.ts";
import type { Td3State } from "./td3_state.ts";
import {
  type EpisodeProgress,
  resolveTrainOptions,
  type TrainOptions,
  type TrainProgress,
} from "./train_options.ts";
import { runSteps } from "./trainer/steps.ts";
import { noEpisode } from "./trainer/run_state.ts";
import { TrainingRun } from "./trainer/training_run.ts";

/**
 * Trains an actor by TD3. The generator yields after every step of the environment, so that the
 * caller may show, save or stop at any time. Later steps do not change the values that it yields.
 *
 * The `state` that it yields is an option, with which a run goes on to the same bits on the CPU. In
 * the middle of an episode this needs an environment that has `snapshot` and `restore`, as those of
 * `makeEnvironment` have, or the very object that the earlier run has left in the middle of it.
 * Otherwise the run starts a new episode.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or the actor does not
 * fit the environment.
 * @throws {TypeError} if the environment breaks its promises.
 * @throws {RangeError} if a number is out of range, the actor's limit differs from the limit of
 * the environment's actions, or the environment returns a number that is not finite.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { pendulum, td3, trainTd3 } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
 * const agent = td3({ actor, criticSizes: [8] });
 * const options = { environment: pendulum(), agent, key: key(0), steps: 60, updateAfter: 50 };
 * const steps = [...trainTd3(options)];
 * const { state } = steps[59];
 * const more = [...trainTd3({ ...options, steps: 40, state })];
 * assertEquals(more[39].step, 100);
 * ```
 */
export function trainTd3(options: TrainOptions): Generator<TrainProgress, void> {
  return run(resolveTrainOptions(options));
}

/** The episode in whose middle an environment is. */
const episodes = /* @__PURE__ */ new WeakMap<Environment, EpisodeProgress>();

/** The episode to go on with, after it has put the environment into it; undefined for a new one. */
function enterEpisode(
  environment: Environment,
  episode: EpisodeProgress | undefined,
): EpisodeProgress | undefined {
  if (episode === undefined) return undefined;
  if (environment.restore !== undefined && episode.environment !== undefined) {
    environment.restore(episode.environment);
    return episode;
  }
  return episodes.get(environment) === episode ? episode : undefined;
}

/** The part of a state that learns. */
const learningOf = ({ networks, targets, optimizers, ahead }: Td3State): Td3State => ({
  networks,
  targets,
  optimizers,
  ...ahead && { ahead },
});

function* run(options: ReturnType<typeof resolveTrainOptions>): Generator<TrainProgress, void> {
  const { environment, agent, steps, replay } = options;
  const [initKey, firstKey] = split(options.key);
  const firstEpisode = enterEpisode(environment, options.episode);
  const episode = firstEpisode === undefined ? noEpisode : {
    ...noEpisode,
    observation: firstEpisode.observation,
    total: firstEpisode.total,
  };
  const training = new TrainingRun<Td3State>({
    ...options,
    tasks: [environment],
    backend: cpu,
    noiseCorrelation: 0,
  }, {
    learning: options.state === undefined ? agent.init(initKey) : learningOf(options.state),
    step: options.step,
    updates: options.updates,
    stepKey: options.stepKey ?? firstKey,
    openEpisodes: [episode],
    memory: { replay },
  });
  const lastStep = options.step + steps;
  while (training.state.step < lastStep) {
    const { episodes: ended, losses } = runSteps("train", training.advance(), "use trainer");
    const { learning, step, updates, stepKey, openEpisodes: [{ observation, total }] } =
      training.state;
    const episode = observation && { observation, total, environment: environment.snapshot?.() };
    if (episode !== undefined) episodes.set(environment, episode);
    const { statistics } = replay;
    yield {
      step,
      episodeReturn: ended[0]?.return,
      criticLoss: losses?.criticLoss,
      actorLoss: losses?.actorLoss,
      state: { ...learning, step, statistics, replay: replay.fork(), updates, stepKey, episode },
      statistics,
    };
  }
}
