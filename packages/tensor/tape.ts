// How operations get onto the tape while a gradient is being taken. The tape itself is in
// recording.ts, which `grad` brings: a program without gradients bundles none of it.
//
// An operation gets its gradient rule in one of two ways (ADR 0017). A small rule stands in the
// operation and is passed to `record`; a large one (formulas, scans) is one of the `GradientRules`
// that `grad` brings.
import type { TensorLike } from "./common_backend.ts";
import type { GradientRules, Inputs, Pullback } from "./gradient_rules.ts";

/** The rule of an operation that only stretches in its pullback, or passes its cotangent on. */
export const passOn: Pullback = (cotangents) => cotangents;

/** The rules of the gradient that is being taken. */
let rules: GradientRules | undefined;
/** The outermost gradient walks backwards: nothing differentiates what happens meanwhile. */
let paused = false;

/** Whether no gradient is being taken: nothing keeps the arguments of an operation. */
export function isIdle(): boolean {
  return rules === undefined;
}

/** The rules that `grad` brought, while operations are being recorded. */
export function activeRules(): GradientRules | undefined {
  return paused ? undefined : rules;
}

/** Sets the rules of the gradient that is being taken, and whether nothing is recorded now. */
export function setRules(gradientRules: GradientRules | undefined, isPaused: boolean): void {
  rules = gradientRules;
  paused = isPaused;
}

/** Whether operations on tracked tensors are being recorded. */
export function isRecording(): boolean {
  return activeRules() !== undefined;
}

/** Whether a gradient flows to `x`. */
export function isTracked(x: TensorLike | undefined): boolean {
  return activeRules()?.isTracked(x) ?? false;
}

/**
 * Records an operation on `inputs` with its gradient rule. Its results carry its tape index, and
 * which result they are as their slot.
 *
 * @param stretches Whether the rule takes cotangents that only stretch to the shapes of its
 * results, as 1 does.
 * @param data What the rule gets besides cotangents and inputs.
 * @returns The tape index; 0, as constants have it, where none of the inputs is tracked.
 */
export function record<Data>(
  inputs: Inputs,
  pullback: Pullback<Data>,
  stretches = false,
  data?: Data,
): number {
  return activeRules()?.record(inputs, pullback as Pullback, stretches, data) ?? 0;
}
