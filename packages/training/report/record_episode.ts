import type { Actor, ActorParams, Space } from "@spikeloop/actor";
import { showCount } from "@spikeloop/errors";
import { type Key, split } from "@spikeloop/random";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { type Policy, takePolicy } from "../act.ts";
import type { AsyncEnvironment } from "../environment.ts";
import { guardAsync } from "../guard_environment.ts";
import { meanOf } from "../mean_of.ts";
import { normalizeVectors } from "../running_statistics.ts";
import { actionFor, checkFit, isIlcSan } from "../take_actor.ts";

/** One episode with the activity of the network: T time steps per step of the environment. */
export interface RecordedEpisode {
  /** The return of the episode. */
  readonly total: number;
  /** Every action: its numbers, or the number of the choice. */
  readonly actions: readonly (readonly number[])[];
  /** Every observation. */
  readonly observations: readonly (readonly number[])[];
  /** The spikes of the last population's units at every time step; none where nothing spikes. */
  readonly spikes: readonly Float32Array[];
  /**
   * The membranes of the output population's units after every time step; none where the actor is
   * no ILC-SAN.
   */
  readonly membranes: readonly Float32Array[];
  /** The activity of every layer, the encoder first and the output population last. */
  readonly layers: readonly RecordedLayer[];
}

/** The activity of a layer over an episode. */
export interface RecordedLayer {
  /** Its name. */
  readonly layer: string;
  /** The mean firing rate, in spikes per unit and time step. */
  readonly rate: number;
  /** The firing rate of every unit. */
  readonly unitRates: readonly number[];
  /** The spikes of its units at every time step of the first steps of the episode. */
  readonly spikes: readonly Float32Array[];
}

/** The steps of an episode whose spikes are kept of every layer. */
export const shownSteps = 60;

/** The most steps of a recording. */
const mostSteps = 10_000;

/** The activity of a network at one observation. */
interface Seen {
  readonly action: Tensor;
  /** The spikes of every layer, [T, 1, units]. */
  readonly layers: readonly (readonly [name: string, spikes: Tensor])[];
  readonly membrane?: Tensor;
}

type Look = (params: ActorParams, x: Tensor, key: Key) => Seen;

/** Returns the function that acts and shows the activity of all layers. */
function lookAt(actor: Actor): Look {
  if (!isIlcSan(actor)) {
    return (params, x, key) => ({
      action: actor.apply(params, x, { key }),
      layers: Object.entries(actor.spikes?.(params, x, { key }) ?? {}),
    });
  }
  const names = [
    "encoder",
    ...actor.options.hiddenSizes.map((n, i) => `hidden ${i + 1} (${showCount(n, "unit")})`),
    "output",
  ];
  return (params, x, key) => {
    const { action, encoded, spikes, membrane } = actor.applyWithSpikes(params, x, { key });
    return { action, membrane, layers: [encoded, ...spikes].map((s, i) => [names[i], s]) };
  };
}

/** Runs one episode without noise and records it. */
export async function recordEpisode(
  policy: Policy,
  environment: AsyncEnvironment<Space>,
  key: Key,
): Promise<RecordedEpisode> {
  const doing = "record an episode";
  const { params, statistics } = takePolicy(doing, policy);
  const { actor } = policy;
  const task = guardAsync(doing, environment);
  checkFit(doing, actor, task);
  const look = lookAt(actor);
  const records = new Map<string, { counts: number[]; spikes: Float32Array[]; steps: number }>();
  const actions: (readonly number[])[] = [];
  const observations: (readonly number[])[] = [];
  const spikes: Float32Array[] = [];
  const membranes: Float32Array[] = [];
  const [startKey, actKey] = split(key);
  let nextKey = actKey;
  let observation = await task.reset(startKey);
  let total = 0;
  for (;;) {
    const x = normalizeVectors(statistics, observation);
    const keys = split(nextKey);
    nextKey = keys[0];
    const { action, layers, membrane } = look(params, tensor(x, [1, x.length]), keys[1]);
    for (const [name, layer] of layers) {
      const rows = rowsOf(layer);
      const empty = () => new Array<number>(rows[0].length).fill(0);
      const record = records.get(name) ?? { counts: empty(), spikes: [], steps: 0 };
      for (const row of rows) row.forEach((spike, unit) => record.counts[unit] += spike);
      if (actions.length < shownSteps) record.spikes.push(...rows);
      record.steps += rows.length;
      records.set(name, record);
    }
    const output = layers.at(-1)?.[1];
    if (output !== undefined) spikes.push(...rowsOf(output));
    if (membrane !== undefined) membranes.push(...rowsOf(membrane));
    const move = action.dataSync();
    actions.push(Array.from(move));
    observations.push(observation);
    const result = await task.step(actionFor(task.actionSpace, move));
    total += result.reward;
    if (result.terminated || result.truncated || actions.length >= mostSteps) break;
    observation = result.observation;
  }
  const layers = [...records].map(([layer, { counts, spikes, steps }]) => {
    const unitRates = counts.map((count) => count / steps);
    return { layer, rate: meanOf(unitRates), unitRates, spikes };
  });
  return { total, actions, observations, spikes, membranes, layers };
}

/** The rows of units at every time step of [T, 1, units]. */
function rowsOf(x: Tensor): Float32Array[] {
  const data = x.dataSync();
  const [steps, , units] = x.shape;
  return Array.from({ length: steps }, (_, t) => data.slice(t * units, (t + 1) * units));
}
