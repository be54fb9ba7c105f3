import { sameShape, showShape } from "@spikeloop/backend";
import { Tensor } from "@spikeloop/tensor";
import type { Batch } from "./replay_buffer.ts";

/**
 * Checks that a batch holds what belongs together: nothing may be broadcast by mistake.
 *
 * @throws {TypeError} if a part is no tensor of the shape it must have.
 */
export function checkBatch(batch: Batch, obsDim: number, actDim: number): void {
  const rows = batch?.observation instanceof Tensor ? batch.observation.shape[0] ?? 0 : 0;
  const wanted: Readonly<Record<keyof Batch, readonly number[]>> = {
    observation: [rows, obsDim],
    action: [rows, actDim],
    reward: [rows],
    nextObservation: [rows, obsDim],
    done: [rows],
  };
  for (const [name, shape] of Object.entries(wanted)) {
    const x: unknown = batch?.[name as keyof Batch];
    if (!(x instanceof Tensor) || !sameShape(x.shape, shape)) {
      const given = x instanceof Tensor ? `has shape ${showShape(x.shape)}` : `is ${String(x)}`;
      throw new TypeError(
        `Cannot update with the batch: its ${name} ${given}, expected ${showShape(shape)}`,
      );
    }
  }
}
