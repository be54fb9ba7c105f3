import type { Key } from "@spikeloop/random";
import { reshape } from "@spikeloop/tensor";
import type { AgentState, RolloutAgent, RolloutUpdateOptions, UpdateOptions } from "../agent.ts";
import type { Rollout } from "../rollout.ts";
import { copyToDevice, readAll, scopedOn } from "./device.ts";
import { failNonFinite, firstNonFinite } from "./non_finite.ts";
import type { RolloutRunMemory, RunSettings, RunState } from "./run_state.ts";
import type { Steps } from "./steps.ts";
import { checkReturned, type Learned, takeUpdated } from "./take_updated.ts";

/**
 * Makes the function that does the update that is due after a step, from a rollout. It counts it in
 * the state, and returns undefined while the rollout is not full.
 */
export function rolloutUpdates<S extends AgentState>(
  agent: RolloutAgent<S>,
  memory: RolloutRunMemory,
  { backend }: RunSettings<S>,
  state: RunState<S>,
): (updateKey: Key) => Steps<Learned<S> | undefined> {
  const assess = scopedOn(
    backend,
    (learning: S, rollout: Rollout, options: UpdateOptions) =>
      agent.assess?.(learning, rollout, options),
  );

  const learn = scopedOn(
    backend,
    (before: S, rollout: Rollout, options: RolloutUpdateOptions): Learned<S> => {
      const [learning, report] = takeUpdated(agent, agent.update(before, rollout, options));
      const { observation } = rollout;
      const obsDim = observation.shape[2];
      const rows = reshape(observation, [observation.size / obsDim, obsDim]);
      return { learning, reports: [report], observation: copyToDevice(rows, backend, "rollout") };
    },
  );

  /** Reads what the agent has to read about a rollout; undefined where that is nothing. */
  function* readAssessed(
    rollout: Rollout,
    options: UpdateOptions,
  ): Steps<RolloutUpdateOptions["assessed"]> {
    const assessment = assess(state.learning, rollout, options);
    if (assessment === undefined) return undefined;
    checkReturned(agent, "assess", assessment);
    const numbers = yield* readAll(Object.values(assessment));
    const assessed = Object.keys(assessment).map((name, i) => [name, numbers[i]] as const);
    for (const [name, numbers] of assessed) {
      const value = numbers.find((x) => !Number.isFinite(x));
      if (value === undefined) continue;
      const first = yield* firstNonFinite(state.learning);
      // Numbers of a state without such tensors are the agent's to judge.
      if (first === undefined) break;
      failNonFinite(agent, `${name} is ${value} before update ${options.timer + 1}`, first);
    }
    return Object.fromEntries(assessed);
  }

  return function* (updateKey) {
    if (!memory.rollout.isFull) return undefined;
    const { statistics } = memory;
    memory.statistics = memory.rollout.merged(statistics);
    const rollout = memory.rollout.take(statistics);
    const options = { timer: state.updates++, key: updateKey };
    const assessed = yield* readAssessed(rollout, options);
    return learn(state.learning, rollout, { ...options, assessed });
  };
}
