import { normal, split } from "@spikeloop/random";
import type { Key } from "@spikeloop/random";
import { act } from "./act.ts";
import { actionBounds } from "./action_bounds.ts";
import type { Environment } from "./environment.ts";
import type { Td3State } from "./td3.ts";
import {
  type EpisodeProgress,
  resolveTrainOptions,
  type TrainOptions,
  type TrainProgress,
  type TrainState,
} from "./train_options.ts";

/**
 * Trains an actor by TD3. The generator yields after every step of the environment, so that the
 * caller may show, save or stop at any time. Later steps do not change the values that it yields.
 *
 * The `state` that it yields is an option, with which a run goes on to the same bits on the CPU. In
 * the middle of an episode this needs an environment
 * that has `snapshot` and `restore`, as those of `makeEnvironment` have, or the very object that
 * the earlier run has left in the middle of it. Otherwise the run starts a new episode.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or the actor does not
 * fit the environment.
 * @throws {TypeError} if the environment breaks its promises.
 * @throws {RangeError} if a number is out of range, the actor's limit is not that of the
 * environment's actions, or the environment returns a number that is not finite.
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

function* run(options: ReturnType<typeof resolveTrainOptions>): Generator<TrainProgress, void> {
  const { environment, agent, steps, batchSize, startSteps, updateAfter, updateEvery } = options;
  const { actNoise, scaleNoise, replay: buffer } = options;
  const { actor } = agent.options;
  const bounds = actionBounds(actor.actionSpace);
  const deviations = Array.from(bounds.half, (half) => scaleNoise ? actNoise * half : actNoise);
  const [initKey, firstKey] = split(options.key);
  const lastStep = options.step + steps;
  let learning: Td3State = options.state ?? agent.init(initKey);
  let { updates, stepKey = firstKey } = options;
  const firstEpisode = enterEpisode(environment, options.episode);
  let observation = firstEpisode?.observation;
  let total = firstEpisode?.total ?? 0;
  for (let step = options.step + 1; step <= lastStep; step++) {
    const [nextKey, resetKey, actKey, noiseKey, updateKey] = split(stepKey, 5);
    stepKey = nextKey;
    observation ??= environment.reset(resetKey);
    const policy = { actor, params: learning.networks.actor, statistics: buffer.statistics };
    const action = step <= startSteps
      ? bounds.draw(actKey)
      : bounds.clip(addNoise(act(policy, observation, actKey), noiseKey, deviations));
    const result = environment.step(action);
    buffer.store({
      observation,
      action,
      reward: result.reward,
      nextObservation: result.observation,
      done: result.terminated,
    });
    total += result.reward;
    const [critic, policyLoss] = [new Mean(), new Mean()];
    if (step > updateAfter && step % updateEvery === 0) {
      for (const burstKey of split(updateKey, updateEvery)) {
        const [sampleKey, key] = split(burstKey);
        const batch = buffer.sample(sampleKey, batchSize);
        const [next, report] = agent.update(learning, batch, { timer: updates++, key });
        learning = next;
        critic.add(report.criticLoss.item());
        if (report.actorLoss !== undefined) policyLoss.add(report.actorLoss.item());
      }
    }
    const ended = result.terminated || result.truncated;
    const episode = ended
      ? undefined
      : { observation: result.observation, total, environment: environment.snapshot?.() };
    if (episode !== undefined) episodes.set(environment, episode);
    const { statistics } = buffer;
    const replay = buffer.fork();
    const state: TrainState = {
      ...learning,
      step,
      statistics,
      replay,
      updates,
      stepKey,
      episode,
    };
    yield {
      step,
      episodeReturn: ended ? total : undefined,
      criticLoss: critic.value,
      actorLoss: policyLoss.value,
      state,
      statistics,
    };
    observation = episode?.observation;
    if (ended) total = 0;
  }
}

/** A running mean; undefined of nothing. */
class Mean {
  #sum = 0;
  #count = 0;

  add(x: number): void {
    this.#sum += x;
    this.#count++;
  }

  get value(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }
}

/** Adds normal noise of these standard deviations to an action. */
function addNoise(action: Float32Array, key: Key, deviations: readonly number[]): Float32Array {
  const noise = normal(key, [action.length]).dataSync();
  return action.map((a, i) => a + deviations[i] * noise[i]);
}
