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
import { broadcastTo, sumTo } from "./sum.ts";
import { isWalked, record } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

/** Records an elementwise operation. */
export function formulaRule(formula: Formula, args: readonly TensorLike[]): number {
  return record(args, (all) => pullFormulaBack(formula, args, all), true);
}

/** The gradients of the arguments that the backward pass visits. */
function pullFormulaBack(
  formula: Formula,
  args: readonly TensorLike[],
  all: readonly (Tensor | undefined)[],
): readonly (Tensor | undefined)[] {
  let mask = 0;
  for (let i = 0; i < args.length; i++) if (isWalked(args[i])) mask |= 1 << i;
  const pullback = pullbackOf(formula, mask);
  const { reads, cotangents, results } = pullback;
  if (pullback.formula.kernel.outputs.length === 0) return [];
  const operands = new Array<TensorLike>(reads.length + cotangents.length);
  for (let i = 0; i < reads.length; i++) operands[i] = args[reads[i]];
  let isZero = true;
  for (let i = 0; i < cotangents.length; i++) {
    const g = all[cotangents[i]] ?? 0;
    operands[reads.length + i] = g;
    isZero &&= g === 0;
  }
  if (isZero) return [];
  const gradients = runPullback(pullback, operands);
  const shape = commonShape(formula.name, args);
  const ofArgs = new Array<Tensor | undefined>(args.length);
  for (let i = 0; i < args.length; i++) {
    const r = results[i];
    ofArgs[i] = r < 0 ? undefined : toArgument(gradients[r], args[i], shape);
  }
  return ofArgs;
}

/** The gradient of an argument that was stretched to `shape`, from that of all its copies. */
function toArgument(gradient: Tensor, x: TensorLike, shape: Shape): Tensor {
  if (typeof x === "number" || sameShape(x.shape, shape)) return gradient;
  return sumTo(broadcastTo(gradient, shape), x.shape);
}

/** Runs a pullback. Where every result is one of the arguments, nothing runs. */
function runPullback(
  { formula, passed, passedAtOne }: FormulaPullback,
  args: readonly TensorLike[],
): readonly Tensor[] {
  const places = isOne(args[args.length - 1]) ? passedAtOne : passed;
  if (places === undefined) return runFormula(formula, args);
  const results = new Array<Tensor>(places.length);
  for (let i = 0; i < places.length; i++) {
    const x = args[places[i]];
    if (typeof x === "number") return runFormula(formula, args);
    results[i] = x;
  }
  return results;
}
