import type { ILCSan } from "@spikeloop/actor";
import { type Key, split } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import { type Policy, takePolicy } from "../act.ts";
import type { Environment } from "../environment.ts";
import { guard } from "../guard_environment.ts";
import { normalizeVectors } from "../running_statistics.ts";
import { checkFit } from "../take_actor.ts";

/** One episode with the activity of the network: T time steps per step of the environment. */
export interface Recording {
  /** The return of the episode. */
  readonly total: number;
  /** The first component of every action. */
  readonly actions: readonly number[];
  /** Every observation. */
  readonly observations: readonly (readonly number[])[];
  /** The spikes of the output population's units at every time step. */
  readonly spikes: readonly Float32Array[];
  /** The membranes of the output population's units after every time step. */
  readonly membranes: readonly Float32Array[];
  /** The mean firing rate of every layer, in spikes per unit and time step. */
  readonly rates: readonly { readonly layer: string; readonly rate: number }[];
}

/** The most steps of a recording. */
const mostSteps = 10_000;

/** Runs one episode without noise and records it. */
export function recordEpisode(
  policy: Policy & { readonly actor: ILCSan },
  environment: Environment,
  key: Key,
): Recording {
  const doing = "record an episode";
  const { params, statistics } = takePolicy(doing, policy);
  const { actor } = policy;
  const task = guard(doing, environment);
  checkFit(doing, actor, task);
  const layers = [
    "encoder",
    ...actor.options.hiddenSizes.map((n, i) => `hidden ${i + 1} (${n} units)`),
    "output",
  ];
  const sums = layers.map(() => ({ spikes: 0, places: 0 }));
  const actions: number[] = [];
  const observations: (readonly number[])[] = [];
  const spikes: Float32Array[] = [];
  const membranes: Float32Array[] = [];
  const [startKey, actKey] = split(key);
  let nextKey = actKey;
  let observation = task.reset(startKey);
  let total = 0;
  for (;;) {
    const x = normalizeVectors(statistics, observation);
    const keys = split(nextKey);
    nextKey = keys[0];
    const activity = actor.applyWithSpikes(params, tensor(x, [1, x.length]), { key: keys[1] });
    [activity.encoded, ...activity.spikes].forEach((layer, i) => {
      const data = layer.dataSync();
      sums[i].places += data.length;
      for (const s of data) sums[i].spikes += s;
    });
    const units = activity.membrane.shape[2];
    const outputSpikes = activity.spikes[activity.spikes.length - 1].dataSync();
    const membrane = activity.membrane.dataSync();
    for (let at = 0; at < membrane.length; at += units) {
      spikes.push(outputSpikes.slice(at, at + units));
      membranes.push(membrane.slice(at, at + units));
    }
    const action = activity.action.dataSync();
    actions.push(action[0]);
    observations.push(observation);
    const result = task.step(action);
    total += result.reward;
    if (result.terminated || result.truncated || actions.length >= mostSteps) break;
    observation = result.observation;
  }
  const rates = layers.map((layer, i) => ({ layer, rate: sums[i].spikes / sums[i].places }));
  return { total, actions, observations, spikes, membranes, rates };
}
