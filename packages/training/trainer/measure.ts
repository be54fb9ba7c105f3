import { isDiscrete, type Space } from "@spikeloop/actor";
import type { Key } from "@spikeloop/random";
import { mean, scoped, type Tensor } from "@spikeloop/tensor";
import type { Agent, AgentState } from "../agent.ts";
import { readAll } from "./device.ts";
import type { Steps } from "./steps.ts";

/** The activity of an agent on observations of an update. */
export interface Measures {
  /** The mean estimate of the return of the actor's actions; undefined without an estimate. */
  readonly qValue: number | undefined;
  /** The mean spikes per unit and time step, by layer; undefined where nothing spikes. */
  readonly firingRates: Readonly<Record<string, number>> | undefined;
  /** The share of the actor's numbers within 1 % of a bound; undefined for choices. */
  readonly saturated: number | undefined;
}

/** How near to a bound, in parts of the range, a number counts as saturated. */
const nearBound = 0.01;

/** Measures an agent on normalized observations [B, obsDim]. */
export function* measure<S extends AgentState>(
  agent: Agent<S>,
  state: S,
  observation: Tensor,
  key: Key,
): Steps<Measures> {
  const { actor } = agent;
  const compute = scoped(observation.backend, () => {
    const params = agent.policy(state);
    const action = actor.apply(params, observation, { key });
    const spikes = actor.spikes?.(params, observation, { key });
    const value = agent.value && mean(agent.value(state, observation, action));
    const names = spikes && Object.keys(spikes);
    return { action, value, names, rates: spikes && Object.values(spikes).map((x) => mean(x)) };
  });
  const { action, value, names, rates = [] } = compute();
  const [actions, ...numbers] = yield* readAll([action, ...rates, ...value ? [value] : []]);
  return {
    qValue: value && numbers[rates.length][0],
    firingRates: names && Object.fromEntries(names.map((name, i) => [name, numbers[i][0]])),
    saturated: shareAtBounds(actions, actor.actionSpace),
  };
}

/** The share of numbers that are near a bound; undefined for choices. */
function shareAtBounds(numbers: Float32Array, space: Space): number | undefined {
  if (isDiscrete(space)) return undefined;
  const { low, high } = space;
  let count = 0;
  for (let i = 0; i < numbers.length; i++) {
    const c = i % low.length;
    const margin = nearBound * (high[c] - low[c]);
    if (numbers[i] < low[c] + margin || numbers[i] > high[c] - margin) count++;
  }
  return count / numbers.length;
}
