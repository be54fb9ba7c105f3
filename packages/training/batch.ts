import { fail } from "@spikeloop/errors";
import { Tensor } from "@spikeloop/tensor";
import { shapeFault } from "./check_tensors.ts";

/** Experiences side by side, with normalized observations. */
export interface Batch {
  /** [B, obsDim]. */
  readonly observation: Tensor;
  /** [B, actDim]. */
  readonly action: Tensor;
  /** [B]. */
  readonly reward: Tensor;
  /** [B, obsDim]. */
  readonly nextObservation: Tensor;
  /** [B], 1 where the task ended. */
  readonly done: Tensor;
  /**
   * [B], what a value after the reward counts for: γ to the number of steps that the reward sums.
   * That of one step if missing.
   */
  readonly discount?: Tensor;
}

/**
 * Checks the shapes of a batch exactly, so that nothing is broadcast by mistake.
 *
 * @throws {TypeError} if a part is not a tensor of its shape.
 */
export function checkBatch(batch: Batch, obsDim: number, actDim: number): void {
  const rows = batch?.observation instanceof Tensor ? batch.observation.shape[0] ?? 0 : 0;
  const shapes: Readonly<Partial<Record<keyof Batch, readonly number[]>>> = {
    observation: [rows, obsDim],
    action: [rows, actDim],
    reward: [rows],
    nextObservation: [rows, obsDim],
    done: [rows],
    ...batch?.discount !== undefined && { discount: [rows] },
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const fault = shapeFault(batch?.[name as keyof Batch], shape);
    if (fault !== undefined) fail("update with the batch", `its ${name} ${fault}`);
  }
}
