// The recording of operations while a gradient is being taken. One tape for all nested gradients: an inner gradient
// walks the part of the tape made since it began, and what it does there is recorded for the outer one.
import type { Recorders } from "./recorders.ts";
import { Tensor } from "./tensor.ts";

/** Given the cotangent of each result (undefined for zero), the cotangent of each input (undefined for none). */
export type Pullback = (
  cotangents: readonly (Tensor | undefined)[],
) => readonly (Tensor | undefined)[];

/** One recorded operation. Internal: a tensor refers to the one that made it. */
export interface TapeNode {
  /** Its place on the tape. */
  readonly index: number;
  /** The recording it belongs to; a tensor from an earlier one is a constant. */
  readonly recording: object;
  /** The inputs that gradients flow to. */
  inputs: readonly (Tensor | undefined)[];
  /** How cotangents of its results become those of its inputs; undefined once the recording has ended. */
  pullback: Pullback | undefined;
  /** For messages. */
  readonly name: string;
}

const noInputs: readonly undefined[] = [];

let tape: TapeNode[] = [];
let recording: object | undefined;
/** What who records has brought along. */
let brought: Recorders | undefined;
/** How many gradients are being taken, one inside another. */
let depth = 0;
/** The outermost gradient walks backwards: nobody will differentiate what happens meanwhile. */
let paused = false;
/** Where on the tape the running backward pass ends. */
let walkEnd = 0;

/** Whether operations on tracked tensors are being recorded. */
export function isRecording(): boolean {
  return recording !== undefined && !paused;
}

/** How operations are recorded, while they are. */
export function activeRecorders(): Recorders | undefined {
  return isRecording() ? brought : undefined;
}

/** The recorded operation that made `x`, also while recording is paused; undefined for constants. */
export function originOf(x: Tensor): TapeNode | undefined {
  return recording !== undefined && x.node?.recording === recording ? x.node : undefined;
}

/** The recorded operation that made `x`, where gradients of what is made of `x` are wanted. */
export function nodeOf(x: Tensor): TapeNode | undefined {
  return paused ? undefined : originOf(x);
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
  if (!isRecording()) return undefined;
  if (!inputs.some((x) => x !== undefined && isTracked(x))) return undefined;
  return append(name, inputs, pullback);
}

function append(
  name: string,
  inputs: readonly (Tensor | undefined)[],
  pullback: Pullback,
): TapeNode {
  const node: TapeNode = {
    index: tape.length,
    recording: recording ?? tape,
    inputs,
    pullback,
    name,
  };
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
  recorders: Recorders,
  f: (tracked: readonly Tensor[]) => R,
): R {
  const wasPaused = paused;
  recording ??= {};
  brought = recorders;
  paused = false;
  depth++;
  try {
    return f(leaves.map(trackedCopy));
  } finally {
    depth--;
    paused = wasPaused;
    if (depth === 0) forget();
  }
}

/**
 * Runs a backward pass, which ends at the place of the first of `leaves` on the tape. It is recorded only where an outer
 * gradient will differentiate it.
 */
export function walkBack<R>(leaves: readonly Tensor[], backward: (first: number) => R): R {
  const [wasPaused, wasEnd] = [paused, walkEnd];
  paused = depth === 1;
  walkEnd = leaves[0]?.node?.index ?? Infinity;
  try {
    return backward(walkEnd);
  } finally {
    [paused, walkEnd] = [wasPaused, wasEnd];
  }
}

/** Whether the backward pass comes by the operation that made `x`: an inner gradient stops at its own leaves. */
export function isWalked(x: Tensor): boolean {
  const node = originOf(x);
  return node !== undefined && node.index >= walkEnd;
}

/** Whether one of `tensors` was made of something older than what the running backward pass comes by. */
export function reachBack(tensors: readonly (Tensor | undefined)[]): boolean {
  const open = [...tensors];
  const seen = new Set<TapeNode>();
  for (const x of open) {
    const node = x && originOf(x);
    if (node === undefined || seen.has(node)) continue;
    if (node.index < walkEnd) return true;
    seen.add(node);
    open.push(...node.inputs);
  }
  return false;
}

/** Ends the recording. What tensors still refer to holds no memory. */
function forget(): void {
  for (const node of tape) {
    node.inputs = noInputs;
    node.pullback = undefined;
  }
  tape = [];
  recording = undefined;
}

function trackedCopy(x: Tensor): Tensor {
  const node = append("input", [x], ([g]) => [g]);
  return new Tensor(x.backend, x.storage, x.shape, { binary: x.binary, node });
}
