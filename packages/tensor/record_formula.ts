// The gradient of an elementwise operation is another one.
import type { TensorLike } from "./common_backend.ts";
import { runFormula } from "./elementwise.ts";
import { type Formula, type FormulaPullback, pullbackOf } from "@spikeloop/backend";
import { sumTo } from "./sum.ts";
import { nodeOf, record, type TapeNode } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** Leaves an elementwise operation on the tape. */
export function recordFormula(formula: Formula, args: readonly TensorLike[]): TapeNode | undefined {
  let mask = 0;
  for (let i = 0; i < args.length; i++) {
    const x = args[i];
    if (typeof x !== "number" && nodeOf(x) !== undefined) mask |= 1 << i;
  }
  if (mask === 0) return undefined;
  const pullback = pullbackOf(formula, mask);
  const kept = pullback.reads.map((i) => args[i]);
  const shapes = args.map((x) => typeof x === "number" ? [] : x.shape);
  const inputs = args.map((x, i) => mask >> i & 1 ? x as Tensor : undefined);
  return record(formula.name, inputs, (cotangents) => {
    const given = pullback.cotangents.map((i) => cotangents[i] ?? 0);
    if (pullback.formula.kernel.outputs.length === 0 || given.every((g) => g === 0)) return [];
    const gradients = applyPullback(pullback, [...kept, ...given]);
    return pullback.results.map((r, i) => r < 0 ? undefined : sumTo(gradients[r], shapes[i]));
  });
}

/** Runs a pullback; one that only hands tensors on costs nothing. */
function applyPullback(
  { formula, passed }: FormulaPullback,
  args: readonly TensorLike[],
): readonly Tensor[] {
  const given = passed?.map((i) => args[i]);
  return given?.every((x) => x instanceof Tensor) ? given : runFormula(formula, args);
}
