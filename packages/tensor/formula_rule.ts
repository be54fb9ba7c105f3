// The gradient of an elementwise operation is another elementwise operation.
import {
  type Formula,
  type FormulaPullback,
  pullbackOf,
  sameShape,
  type Shape,
} from "@spikeloop/backend";
import type { TensorLike } from "./common_backend.ts";
import { commonShape, runFormula } from "./elementwise.ts";
import { isOne } from "./one.ts";
import { stretchTo, sumTo } from "./sum.ts";
import type { Inputs, Pullback } from "./gradient_rules.ts";
import { isWalked, recordOnTape } from "./recording.ts";
import type { Tensor } from "./tensor.ts";

/** Records an elementwise operation. */
export function formulaRule(formula: Formula, args: readonly TensorLike[]): number {
  return recordOnTape(args, pullFormulaBack as Pullback, true, formula);
}

/** The gradients of the arguments that the backward pass visits. */
function pullFormulaBack(
  all: readonly (Tensor | undefined)[],
  inputs: Inputs,
  formula: Formula,
): readonly (Tensor | undefined)[] {
  const args = inputs as readonly TensorLike[];
  let mask = 0;
  for (let i = 0; i < args.length; i++) if (isWalked(args[i])) mask |= 1 << i;
  let missing = 0;
  const { length } = formula.binary;
  for (let i = 0; i < length && i < 31; i++) if (all[i] === undefined) missing |= 1 << i;
  const pullback = pullbackOf(formula, mask, missing);
  const { cotangents, results } = pullback;
  if (!isAnyOf(all, cotangents)) return [];
  const slots = isOne(all[cotangents[0]]) ? pullback.passedAtOne : pullback.passed;
  const isPassed = slots !== undefined && areTensors(pullback, slots, args, all);
  const outputs = isPassed
    ? undefined
    : runFormula(pullback.formula, pullbackArgs(pullback, args, all));
  const shape = commonShape(formula.name, args);
  const ofArgs = new Array<Tensor | undefined>(args.length);
  for (let i = 0; i < args.length; i++) {
    const r = results[i];
    if (r < 0) continue;
    const gradient = outputs?.[r] ?? operandAt(pullback, args, all, slots?.[r] ?? 0) as Tensor;
    ofArgs[i] = toArgument(gradient, args[i], shape);
  }
  return ofArgs;
}

/** Whether one of the cotangents in `slots` is not zero. */
function isAnyOf(all: readonly (Tensor | undefined)[], slots: readonly number[]): boolean {
  for (let i = 0; i < slots.length; i++) if (all[slots[i]] !== undefined) return true;
  return false;
}

/** The gradient of an argument that was stretched to `shape`, from its copies' gradient. */
function toArgument(gradient: Tensor, x: TensorLike, shape: Shape): Tensor {
  if (typeof x === "number" || sameShape(x.shape, shape)) return gradient;
  return sumTo(stretchTo(gradient, shape), x.shape);
}

/** Whether each gradient is an argument of the pullback, in `slots`, and none is a number. */
function areTensors(
  pullback: FormulaPullback,
  slots: readonly number[],
  args: readonly TensorLike[],
  all: readonly (Tensor | undefined)[],
): boolean {
  for (let i = 0; i < slots.length; i++) {
    if (typeof operandAt(pullback, args, all, slots[i]) === "number") return false;
  }
  return true;
}

/** The arguments of a pullback. */
function pullbackArgs(
  pullback: FormulaPullback,
  args: readonly TensorLike[],
  all: readonly (Tensor | undefined)[],
): readonly TensorLike[] {
  const operands = new Array<TensorLike>(pullback.reads.length + pullback.cotangents.length);
  for (let i = 0; i < operands.length; i++) operands[i] = operandAt(pullback, args, all, i);
  return operands;
}

function operandAt(
  { reads, cotangents }: FormulaPullback,
  args: readonly TensorLike[],
  all: readonly (Tensor | undefined)[],
  slot: number,
): TensorLike {
  const { length } = reads;
  return slot < length ? args[reads[slot]] : all[cotangents[slot - length]] ?? 0;
}
