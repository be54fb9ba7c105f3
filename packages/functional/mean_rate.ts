import { showShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { checkTensor, div, mean, reshape, sum, type Tensor } from "@spikeloop/tensor";
import { readLengths, type SequenceOptions } from "./lengths.ts";

/**
 * The spikes per step, from [T, N, ...] to [N, ...].
 *
 * @param operation The loss, for messages.
 * @throws {TypeError} if shapes do not fit, or an option is unknown.
 * @throws {RangeError} if T is 0, or a length is no integer from 1 to T.
 */
export function meanRate(operation: string, spikes: Tensor, options: SequenceOptions): Tensor {
  const action = `run ${operation}`;
  checkTensor(operation, "spikes", spikes);
  const { shape } = spikes;
  if (shape.length < 2) {
    fail(action, `spikes have shape ${showShape(shape)}, expected [T, N, D]`);
  }
  if (shape[0] === 0) {
    const problem = `spikes have shape ${showShape(shape)}, expected T of at least 1`;
    fail(`${action} over no time steps`, problem, RangeError);
  }
  const lengths = readLengths(operation, options, spikes);
  if (lengths === undefined) return mean(spikes, 0);
  const column = [shape[1], ...shape.slice(2).map(() => 1)];
  return div(sum(lengths.zeroPadding(spikes), 0), reshape(lengths.perRow, column));
}
