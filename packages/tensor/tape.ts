// The recording of operations while a gradient is being taken. One tape for all nested gradients: an inner gradient
// walks the part of the tape made since it began, and what it does there is recorded for the outer one.
import { Tensor } from "./tensor.ts";

/** Given the cotangent of each result (undefined for zero), the cotangent of each input (undefined for none). */
export type Pullback = (cotangents: readonly (Tensor | undefined)[]) => readonly (Tensor | undefined)[];

/** One recorded operation. */
export interface TapeNode {
  /** Its place on the tape. */
  readonly index: number;
  /** The recording it belongs to; a tensor from an earlier one is a constant. */
  readonly recording: object;
  /** The inputs that gradients flow to. */
  inputs: readonly (Tensor | undefined)[];
  pullback: Pullback | undefined;
  /** For messages. */
  readonly name: string;
}

let tape: TapeNode[] = [];
let recording: object | undefined;

/** The recorded operation that made `x`, while gradients are being recorded; undefined for constants. */
export function nodeOf(x: Tensor): TapeNode | undefined {
  return recording !== undefined && x.node?.recording === recording ? x.node : undefined;
}

/** Whether a gradient flows to `x`. */
export function isTracked(x: Tensor): boolean {
  return nodeOf(x) !== undefined;
}

/**
 * A node for an operation on `inputs`, or undefined where none of them is tracked. The operation's results carry it
 * and their slot.
 */
export function record(
  name: string,
  inputs: readonly (Tensor | undefined)[],
  pullback: Pullback,
): TapeNode | undefined {
  if (recording === undefined) return undefined;
  if (!inputs.some((x) => x !== undefined && isTracked(x))) return undefined;
  return append(name, inputs, pullback);
}

function append(
  name: string,
  inputs: readonly (Tensor | undefined)[],
  pullback: Pullback,
): TapeNode {
  const node: TapeNode = { index: tape.length, recording: recording ?? tape, inputs, pullback, name };
  tape.push(node);
  return node;
}

/** The operation at a place of the tape that is being recorded. */
export function nodeAt(index: number): TapeNode {
  return tape[index];
}

/** Runs `f` on tracked copies of `leaves`; the recording ends with the outermost `f`, also when it throws. */
export function withTape<R>(
  leaves: readonly Tensor[],
  f: (tracked: readonly Tensor[]) => R,
): R {
  const outermost = recording === undefined;
  recording ??= {};
  try {
    return f(leaves.map(trackedCopy));
  } finally {
    if (outermost) {
      for (const node of tape) {
        node.inputs = [];
        node.pullback = undefined;
      }
      tape = [];
      recording = undefined;
    }
  }
}

function trackedCopy(x: Tensor): Tensor {
  const node = append("input", [x], ([g]) => [g]);
  return new Tensor(x.backend, x.storage, x.shape, { binary: x.binary, node });
}

