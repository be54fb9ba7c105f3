import type { ILCSan } from "@spikeloop/actor";
import { type Key, split } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import type { Checkpoint } from "../checkpoint.ts";
import type { Environment } from "../environment.ts";
import { normalise } from "../running_statistics.ts";

/** One episode from inside the network; rows of time steps, T per step of the environment. */
export interface Recording {
  /** The return. */
  readonly total: number;
  /** What was done at every step of the environment, first component. */
  readonly actions: readonly number[];
  /** What was seen. */
  readonly observations: readonly (readonly number[])[];
  /** Spikes of the output population, per time step its units. */
  readonly spikes: readonly Float32Array[];
  /** Membranes of the output population, per time step its units. */
  readonly membranes: readonly Float32Array[];
  /** Mean firing rate, in spikes per time step, of every layer. */
  readonly rates: readonly { readonly layer: string; readonly rate: number }[];
}

/** Runs one episode without noise and writes everything down. */
export function recordEpisode(
  environment: Environment,
  actor: ILCSan,
  checkpoint: Checkpoint,
  key: Key,
): Recording {
  const { params, statistics } = checkpoint;
  const layers = [
    "encoder",
    ...actor.options.hiddenSizes.map((n, i) => `hidden ${i + 1} (${n} units)`),
    "output",
  ];
  const sums = layers.map(() => ({ spikes: 0, places: 0 }));
  const [startKey] = split(key);
  const [actions, observations, spikes, membranes] = [
    [] as number[],
    [] as (readonly number[])[],
    [] as Float32Array[],
    [] as Float32Array[],
  ];
  let observation = environment.reset(startKey);
  let total = 0;
  for (;;) {
    const seen = tensor(normalise(statistics, observation, 3), [1, observation.length]);
    const activity = actor.applyWithSpikes(params, seen);
    [activity.encoded, ...activity.spikes].forEach((layer, i) => {
      const data = layer.dataSync();
      sums[i].places += data.length;
      for (const s of data) sums[i].spikes += s;
    });
    const units = activity.membrane.shape[2];
    const [sent, membrane] = [
      activity.spikes.at(-1)?.dataSync() ?? new Float32Array(),
      activity.membrane.dataSync(),
    ];
    for (let at = 0; at < membrane.length; at += units) {
      spikes.push(sent.slice(at, at + units));
      membranes.push(membrane.slice(at, at + units));
    }
    const action = activity.action.dataSync();
    actions.push(action[0]);
    observations.push(observation);
    const result = environment.step(action);
    total += result.reward;
    if (result.terminated || result.truncated) break;
    observation = result.observation;
  }
  const rates = layers.map((layer, i) => ({ layer, rate: sums[i].spikes / sums[i].places }));
  return { total, actions, observations, spikes, membranes, rates };
}
