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
import { broadcastTo, sumTo } from "./sum.ts";
import { isTracked, record } from "./tape.ts";
import { type TapeNode, Tensor } from "./tensor.ts";

/** Records an elementwise operation. */
export function formulaRule(formula: Formula, args: readonly TensorLike[]): TapeNode | undefined {
  let mask = 0;
  for (let i = 0; i < args.length; i++) {
    const x = args[i];
    if (typeof x !== "number" && isTracked(x)) mask |= 1 << i;
  }
  if (mask === 0) return undefined;
  const pullback = pullbackOf(formula, mask);
  const reads = pullback.reads.map((i) => args[i]);
  const shape = commonShape(formula.name, args);
  const inputs = args.map((x, i) => mask >> i & 1 ? x as Tensor : undefined);
  return record(formula.name, inputs, (all) => {
    const cotangents = pullback.cotangents.map((i) => all[i] ?? 0);
    if (pullback.formula.kernel.outputs.length === 0 || cotangents.every((g) => g === 0)) return [];
    const gradients = runPullback(pullback, [...reads, ...cotangents]);
    return pullback.results.map((r, i) =>
      r < 0 ? undefined : toArgument(gradients[r], args[i], shape)
    );
  }, true);
}

/** The gradient of an argument that was stretched to `shape`, from that of all its copies. */
function toArgument(gradient: Tensor, x: TensorLike, shape: Shape): Tensor {
  if (typeof x === "number" || sameShape(x.shape, shape)) return gradient;
  return sumTo(broadcastTo(gradient, shape), x.shape);
}

/** Runs a pullback. Where every result is one of the arguments, nothing runs. */
function runPullback(
  { formula, passed }: FormulaPullback,
  args: readonly TensorLike[],
): readonly Tensor[] {
  const results = passed?.map((i) => args[i]);
  return results?.every((x) => x instanceof Tensor) ? results : runFormula(formula, args);
}
