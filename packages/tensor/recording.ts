// The tape of operations while a gradient is being taken. All nested gradients share one tape: an
// inner gradient walks back to its own first leaf, and the outer one records what it does there.
//
// A tensor carries the tape index of the operation that made it, a number that is never used again.
// Those of earlier recordings are smaller than all those of the running one, and tensors that were
// never recorded have 0: a comparison tells what is a constant. The records of operations are used
// again by the next recording, so that a small one leaves no garbage.
import type { TensorLike } from "./common_backend.ts";
import type { GradientRules, Inputs, Pullback } from "./gradient_rules.ts";
import { isIdle, isRecording, passOn, setRules } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** One recorded operation. */
export interface Operation {
  inputs: Inputs;
  /** Its gradient rule. */
  pullback: Pullback;
  /** Data that the rule gets besides. */
  data: unknown;
  /** The rule takes cotangents that only stretch to the shapes of its results, as 1 does. */
  stretches: boolean;
  /** The cotangents of its results, from when a walk found them until it visits the operation. */
  readonly cotangents: (Tensor | undefined)[];
}

const noInputs: Inputs = [];
/** The most records that stay for the next recording. */
const mostSpare = 1024;

/** The recorded operations, of which the first `count` are in use. */
const tape: Operation[] = [];
let count = 0;
/** The index of the first operation on the tape. */
let base = 1;
/** How many gradients are being taken, one inside another. */
let depth = 0;
/** The index where the running backward pass ends. */
let walkEnd = Infinity;

/** Whether a gradient flows to `x`, while operations are recorded. */
export function isOnTape(x: TensorLike | undefined): boolean {
  return isAfter(x, base);
}

/** Whether `x` was made by the operation of this index or a later one. */
export function isAfter(x: TensorLike | undefined, tapeIndex: number): x is Tensor {
  return x !== undefined && typeof x !== "number" && x.tapeIndex >= tapeIndex;
}

/** An operation of the running recording. */
export function operationAt(tapeIndex: number): Operation {
  return tape[tapeIndex - base];
}

/** Records an operation: see `record` of tape.ts. */
export function recordOnTape(
  inputs: Inputs,
  pullback: Pullback,
  stretches: boolean,
  data: unknown,
): number {
  for (let i = 0; i < inputs.length; i++) {
    if (isAfter(inputs[i], base)) return append(inputs, pullback, stretches, data);
  }
  return 0;
}

function append(inputs: Inputs, pullback: Pullback, stretches: boolean, data: unknown): number {
  if (count === tape.length) {
    tape.push({ inputs, pullback, stretches, data, cotangents: [undefined] });
  } else {
    const operation = tape[count];
    operation.inputs = inputs;
    operation.pullback = pullback;
    operation.stretches = stretches;
    operation.data = data;
  }
  return base + count++;
}

/** A copy of `x` that the running gradient differentiates by. */
export function trackedCopy(x: Tensor): Tensor {
  const tapeIndex = append(x.tapeIndex >= base ? [x] : noInputs, passOn, false, undefined);
  return new Tensor(x.backend, x.storage, x.shape, x.binary, tapeIndex);
}

/** A gradient that is being taken. Its user must close it, also where an error was thrown. */
export class Recording {
  /** The tape index of its first leaf. */
  declare readonly first: number;
  /** Those of `grad`. */
  declare readonly rules: GradientRules;
  /** The state that `close` brings back. */
  declare readonly wasPaused: boolean;
  /** Likewise. */
  declare readonly walkEnd: number;

  /** Starts to record. */
  constructor(rules: GradientRules) {
    this.first = base + count;
    this.rules = rules;
    this.wasPaused = !isIdle() && !isRecording();
    this.walkEnd = walkEnd;
    setRules(rules, false);
    depth++;
  }

  /** The tape index after its last operation. */
  get end(): number {
    return base + count;
  }

  /** From now on it walks backwards, recorded only where an outer gradient differentiates that. */
  turn(): void {
    setRules(this.rules, depth === 1);
    walkEnd = this.first;
  }

  /** Ends it. With the outermost one, all that was recorded becomes a constant. */
  close(): void {
    depth--;
    setRules(depth > 0 ? this.rules : undefined, this.wasPaused);
    walkEnd = this.walkEnd;
    for (let i = this.first - base; i < count; i++) {
      const operation = tape[i];
      const { cotangents } = operation;
      // Those of leaves, and what an error left.
      for (let j = 0; j < cotangents.length; j++) cotangents[j] = undefined;
      if (depth > 0) continue;
      operation.inputs = noInputs;
      operation.pullback = passOn;
      operation.data = undefined;
    }
    if (depth > 0) return;
    base += count;
    count = 0;
    if (tape.length > mostSpare) tape.length = mostSpare;
  }
}

/** Whether the backward pass visits the operation that made `x`: it stops at its own leaves. */
export function isWalked(x: TensorLike | undefined): boolean {
  return x !== undefined && typeof x !== "number" && x.tapeIndex >= walkEnd;
}

/** Whether one of `tensors` depends on an operation older than those the backward pass visits. */
export function reachBack(tensors: Inputs): boolean {
  return reaches(tensors, walkEnd, base, walkEnd);
}

/**
 * Whether one of `tensors` depends on an operation with an index from `from` to before `to`, by
 * way of operations from `start` on.
 */
export function reaches(
  tensors: Inputs,
  start: number,
  from: number,
  to: number,
): boolean {
  const open = [...tensors];
  const seen = new Set<number>();
  for (const x of open) {
    if (!isAfter(x, base) || seen.has(x.tapeIndex)) continue;
    if (x.tapeIndex >= from && x.tapeIndex < to) return true;
    if (x.tapeIndex < start) continue;
    seen.add(x.tapeIndex);
    open.push(...operationAt(x.tapeIndex).inputs);
  }
  return false;
}
