// The tape of operations while a gradient is being taken. All nested gradients share one tape: an
// inner gradient walks back to its own first leaf, and the outer one records what it does there.
//
// An operation gets its gradient rule in one of two ways (ADR 0017). A small rule stands in the
// operation and is passed to `record`; a large one (formulas, scans) is one of the `GradientRules`
// that `grad` brings, so that a program without gradients bundles none of them.
import type { GradientRules } from "./gradient_rules.ts";
import { type TapeNode, Tensor } from "./tensor.ts";

/**
 * A gradient rule: from the cotangent of each result (undefined for zero) to the cotangent of each
 * input (undefined for none).
 */
export type Pullback = (
  cotangents: readonly (Tensor | undefined)[],
) => readonly (Tensor | undefined)[];

/** One recorded operation. */
export interface Operation extends TapeNode {
  /** The inputs that gradients flow to. */
  inputs: readonly (Tensor | undefined)[];
  /** Its gradient rule; undefined once the recording has ended. */
  pullback: Pullback | undefined;
  /** The rule takes cotangents that only stretch to the shapes of its results, as 1 does. */
  readonly stretches: boolean;
}

const noInputs: readonly undefined[] = [];

let tape: Operation[] = [];
let recording: object | undefined;
/** The large rules of the gradient that is being taken. */
let rules: GradientRules | undefined;
/** How many gradients are being taken, one inside another. */
let depth = 0;
/** The outermost gradient walks backwards: nothing differentiates what happens meanwhile. */
let paused = false;
/** The place on the tape where the running backward pass ends. */
let walkEnd = 0;

/** Whether operations on tracked tensors are being recorded. */
export function isRecording(): boolean {
  return recording !== undefined && !paused;
}

/** The rules that `grad` brought, while operations are being recorded. */
export function activeRules(): GradientRules | undefined {
  return isRecording() ? rules : undefined;
}

/** The operation that made `x`, also while recording is paused; undefined for constants. */
export function operationOf(x: Tensor): Operation | undefined {
  const { node } = x;
  return recording !== undefined && node?.recording === recording ? tape[node.index] : undefined;
}

/** Whether a gradient flows to `x`. */
export function isTracked(x: Tensor): boolean {
  return !paused && recording !== undefined && x.node?.recording === recording;
}

/**
 * Records an operation on `inputs` with its gradient rule. Its results carry the node, and which
 * result they are as their slot.
 *
 * @param stretches Whether the rule takes cotangents that only stretch to the shapes of its
 * results, as 1 does.
 * @returns The node; undefined where none of the inputs is tracked.
 */
export function record(
  name: string,
  inputs: readonly (Tensor | undefined)[],
  pullback: Pullback,
  stretches = false,
): TapeNode | undefined {
  if (!isRecording()) return undefined;
  if (!inputs.some((x) => x !== undefined && isTracked(x))) return undefined;
  return append(name, inputs, pullback, stretches);
}

function append(
  name: string,
  inputs: readonly (Tensor | undefined)[],
  pullback: Pullback,
  stretches: boolean,
): TapeNode {
  const operation: Operation = {
    index: tape.length,
    recording: recording ?? tape,
    inputs,
    pullback,
    stretches,
    name,
  };
  tape.push(operation);
  return operation;
}

/** The operation at a place of the tape. */
export function operationAt(index: number): Operation {
  return tape[index];
}

/**
 * Runs `f` on tracked copies of `leaves`. The recording ends with the outermost `f`, also when it
 * throws.
 */
export function withTape<R>(
  leaves: readonly Tensor[],
  gradientRules: GradientRules,
  f: (tracked: readonly Tensor[]) => R,
): R {
  const wasPaused = paused;
  recording ??= {};
  rules = gradientRules;
  paused = false;
  depth++;
  try {
    return f(leaves.map(trackedCopy));
  } finally {
    depth--;
    paused = wasPaused;
    if (depth === 0) endRecording();
  }
}

/**
 * Runs a backward pass, which ends at the place of the first of `leaves` on the tape. It is
 * recorded only where an outer gradient will differentiate it.
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

/** Whether the backward pass visits the operation that made `x`: it stops at its own leaves. */
export function isWalked(x: Tensor): boolean {
  const operation = operationOf(x);
  return operation !== undefined && operation.index >= walkEnd;
}

/** Whether one of `tensors` depends on an operation older than those the backward pass visits. */
export function reachBack(tensors: readonly (Tensor | undefined)[]): boolean {
  const open = [...tensors];
  const seen = new Set<Operation>();
  for (const x of open) {
    const operation = x && operationOf(x);
    if (operation === undefined || seen.has(operation)) continue;
    if (operation.index < walkEnd) return true;
    seen.add(operation);
    open.push(...operation.inputs);
  }
  return false;
}

/** Ends the recording, and frees the memory of nodes that tensors still carry. */
function endRecording(): void {
  for (const operation of tape) {
    operation.inputs = noInputs;
    operation.pullback = undefined;
  }
  tape = [];
  recording = undefined;
}

const passOn: Pullback = (cotangents) => cotangents;

function trackedCopy(x: Tensor): Tensor {
  const node = append("input", [x], passOn, false);
  return new Tensor(x.backend, x.storage, x.shape, { binary: x.binary, node });
}
