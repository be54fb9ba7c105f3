import { type Key, split } from "@spikeloop/random";
import type { Tensor } from "@spikeloop/tensor";
import type { AgentState, ReplayAgent, UpdateReport } from "../agent.ts";
import type { ReplayBuffer } from "../replay_buffer.ts";
import { crossings } from "./crossings.ts";
import { scopedOn } from "./device.ts";
import type { RunSettings, RunState } from "./run_state.ts";
import { type Learned, takeUpdated } from "./take_updated.ts";

/**
 * Makes the function that does the updates that are due after a step, with batches out of a replay
 * buffer. It counts them in the state, and returns undefined if there are none.
 */
export function replayUpdates<S extends AgentState>(
  agent: ReplayAgent<S>,
  replay: ReplayBuffer,
  { backend, tasks, batchSize, updateAfter, updateEvery, calibrate }: RunSettings<S>,
  state: RunState<S>,
): (updateKey: Key, step: number) => Learned<S> | undefined {
  const sampling = { backend, ...agent.returns, environments: tasks.length };

  /** Does updates, one for each key, and calibrates if there is a key. */
  const learn = scopedOn(
    backend,
    (learning: S, keys: readonly Key[], calibrationKey: Key | undefined): Learned<S> => {
      const reports: UpdateReport[] = [];
      let observation: Tensor | undefined;
      for (const [i, burstKey] of keys.entries()) {
        const [sampleKey, key] = split(burstKey);
        const batch = replay.sample(sampleKey, batchSize, sampling);
        const result = agent.update(learning, batch, { timer: state.updates + i, key });
        const [next, report] = takeUpdated(agent, result);
        learning = next;
        reports.push(report);
        observation = batch.observation;
      }
      if (calibrationKey !== undefined && calibrate !== undefined) {
        const [actKey, ...sampleKeys] = split(calibrationKey, 1 + calibrate.batches);
        const batches = sampleKeys.map((key) =>
          replay.sample(key, batchSize, { backend }).observation
        );
        learning = agent.calibrate?.(learning, batches, actKey) ?? learning;
      }
      return { learning, reports, observation };
    },
  );

  return (updateKey, step) => {
    if (step <= updateAfter) return undefined;
    const count = crossings(state.step, step, updateEvery) * updateEvery;
    const isCalibrated = calibrate !== undefined &&
      crossings(state.step, step, calibrate.every) > 0;
    if (count === 0 && !isCalibrated) return undefined;
    const [calibrationKey] = isCalibrated ? split(updateKey, count + 1).slice(count) : [];
    const keys = count === 0 ? [] : split(updateKey, count);
    const learned = learn(state.learning, keys, calibrationKey);
    state.updates += count;
    return learned;
  };
}
