import { type Backend, showShape } from "@spikeloop/backend";
import { checkOptions, fail, isRecord, refuse } from "@spikeloop/errors";
import {
  div,
  less,
  mul,
  type NestedNumbers,
  type NumberArray,
  reshape,
  sum,
  Tensor,
  tensor,
  where,
} from "@spikeloop/tensor";

/** Options of losses and read-outs of padded sequences. */
export interface SequenceOptions {
  /**
   * How many steps of each row count, [N]: integers from 1 to T. The steps after them are padding,
   * which enters neither the result nor the gradient. All steps count if missing.
   */
  readonly lengths?: Tensor | NestedNumbers | NumberArray;
}

/** The steps of sequences [T, N, ...] that count. */
export interface Lengths {
  /** [N]. */
  readonly perRow: Tensor;
  /** Replaces the padding of a tensor [T, N, ...] by zeros. */
  zeroPadding(x: Tensor): Tensor;
  /** The mean over all elements of a tensor [T, N, ...] that are no padding. */
  mean(x: Tensor): Tensor;
}

/**
 * Returns the lengths of the rows of a sequence, [N].
 *
 * @param most The largest length.
 * @throws {TypeError} if the lengths are not of shape [N].
 * @throws {RangeError} if a length is no integer from 1 to `most`; on a GPU it is not checked.
 */
export function takeLengths(
  action: string,
  lengths: NonNullable<SequenceOptions["lengths"]>,
  { shape, backend }: Pick<Tensor, "shape" | "backend">,
  most: number,
): Tensor {
  if (isRecord(lengths) || typeof lengths !== "object") {
    refuse(action, "lengths", lengths, "a tensor or an array of one length per row");
  }
  if (shape.length < 2) {
    fail(action, `a sequence with lengths has shape ${showShape(shape)}, expected [T, N, ...]`);
  }
  const perRow = lengths instanceof Tensor ? lengths : tensor(lengths, undefined, { backend });
  if (perRow.shape.length !== 1 || perRow.shape[0] !== shape[1]) {
    const expected = `expected [N] = [${shape[1]}], as the sequence has shape ${showShape(shape)}`;
    fail(action, `lengths have shape ${showShape(perRow.shape)}, ${expected}`);
  }
  const wrong = perRow.backend.readSync?.(perRow.storage)
    .find((n) => !(Number.isInteger(n) && n >= 1 && n <= most));
  if (wrong !== undefined) {
    const range = most === Infinity ? "of at least 1" : `from 1 to ${most}`;
    refuse(action, "a length", wrong, `an integer ${range}`, RangeError);
  }
  return perRow;
}

/** The indices 0, 1, ... of T steps, [T, 1]. */
export function stepIndices(steps: number, backend: Backend): Tensor {
  return tensor(Uint32Array.from({ length: steps }, (_, t) => t), [steps, 1], { backend });
}

/** A mask of steps [T, N] in a shape that stretches over a sequence [T, N, ...]. */
export function overSteps(mask: Tensor, { shape }: Tensor): Tensor {
  const [steps, rows, ...rest] = shape;
  return reshape(mask, [steps, rows, ...rest.map(() => 1)]);
}

/**
 * Reads the lengths of sequences of the shape [T, N, ...].
 *
 * @param operation The loss, for messages.
 * @returns The lengths; undefined where all steps count.
 * @throws {TypeError} if an option is unknown, or the lengths are not of shape [N].
 * @throws {RangeError} if a length is no integer from 1 to T. Lengths on a GPU are not checked.
 */
export function readLengths(
  operation: string,
  options: SequenceOptions,
  { shape, backend }: Tensor,
): Lengths | undefined {
  const action = `run ${operation}`;
  checkOptions(action, options, ["lengths"]);
  if (options.lengths === undefined) return undefined;
  const [steps, rows] = shape;
  const perRow = takeLengths(action, options.lengths, { shape, backend }, steps);
  const mask = less(stepIndices(steps, backend), perRow);
  const zeroPadding = (x: Tensor) => where(overSteps(mask, x), x, 0);
  return {
    perRow,
    zeroPadding,
    mean: (x) => {
      const perStep = x.size / (steps * rows);
      return div(sum(zeroPadding(x)), mul(sum(perRow), perStep));
    },
  };
}
