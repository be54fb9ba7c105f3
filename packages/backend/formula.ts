import * as e from "@spikeloop/expr";
import type { MapKernel } from "./skeletons.ts";

/** An elementwise formula with its pullbacks. */
export interface Formula {
  /** For messages. */
  readonly name: string;
  /** How many times it was differentiated; keeps names of cotangents of different levels apart. */
  readonly level: number;
  /** Its definition for backends. */
  readonly kernel: MapKernel;
  /** Per output: whether it is always 0 or 1. */
  readonly binary: readonly boolean[];
  /** One pullback per set of inputs that need a gradient and of outputs that have none. */
  readonly pullbacks: Map<number | string, FormulaPullback>;
}

/** From the cotangents of a formula's outputs to the gradients of some of its inputs. */
export interface FormulaPullback {
  /** Its arguments: the inputs in `reads`, then the cotangents of the outputs in `cotangents`. */
  readonly formula: Formula;
  /** The forward inputs that it reads. */
  readonly reads: readonly number[];
  /** The outputs whose cotangents it reads. */
  readonly cotangents: readonly number[];
  /** Per forward input: which output of `formula` is its gradient; -1 for none. */
  readonly results: readonly number[];
  /** Per output of `formula`, if each one is an argument unchanged: which argument. */
  readonly passed: readonly number[] | undefined;
  /** The same, if the only cotangent is 1. */
  readonly passedAtOne: readonly number[] | undefined;
}

/**
 * A formula over named inputs.
 *
 * @example
 * ```ts
 * import { makeFormula, pullbackOf } from "@spikeloop/backend";
 * import { input, mul } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * const product = makeFormula("product", ["a", "b"], [mul(input("a"), input("b"))]);
 * assertEquals(pullbackOf(product, 0b01).reads, [1]); // da = g · b
 * ```
 */
export function makeFormula(
  name: string,
  inputs: readonly string[],
  outputs: readonly e.Expr[],
  level = 0,
): Formula {
  return {
    name,
    level,
    kernel: Object.freeze({ inputs, outputs }),
    binary: outputs.map(e.isBinary),
    pullbacks: new Map(),
  };
}

/**
 * The pullback of `formula` to some of its inputs; the first call derives it by `vjp`.
 *
 * @param mask A bit for each of these inputs.
 * @param missing A bit for each of the first 31 outputs that has no cotangent. A 0 in its place
 * would make NaN of an infinite derivative.
 */
export function pullbackOf(formula: Formula, mask: number, missing = 0): FormulaPullback {
  const key = missing === 0 ? mask : `${mask}:${missing}`;
  const known = formula.pullbacks.get(key);
  if (known !== undefined) return known;
  const pullback = derivePullback(formula, mask, missing);
  formula.pullbacks.set(key, pullback);
  return pullback;
}

function derivePullback(formula: Formula, mask: number, missing: number): FormulaPullback {
  const { inputs, outputs } = formula.kernel;
  const cotangentName = (i: number) => `g${formula.level}.${i}`;
  const wanted = inputs.flatMap((_, i) => mask >> i & 1 ? [i] : []);
  const arriving = outputs.flatMap((value, i) =>
    i < 31 && missing >> i & 1 ? [] : [{ value, cotangent: e.makeInput(cotangentName(i)) }]
  );
  const derivatives = e.vjp(
    arriving,
    wanted.map((i) => e.makeInput(inputs[i])),
  );
  const roots = derivatives.flatMap((d) => d === undefined ? [] : [d]);
  const used = new Set(e.inputNames(roots));
  const reads = inputs.flatMap((n, i) => used.has(n) ? [i] : []);
  const cotangents = outputs.flatMap((_, i) => used.has(cotangentName(i)) ? [i] : []);
  const results = inputs.map(() => -1);
  let next = 0;
  wanted.forEach((i, j) => {
    if (derivatives[j] !== undefined) results[i] = next++;
  });
  const slots = [...reads.map((i) => inputs[i]), ...cotangents.map(cotangentName)];
  /** Per root the slot that `find` returns, if it returns one for each. */
  const slotsOf = (find: (root: e.Expr) => number) => {
    const found = roots.map(find);
    return found.includes(-1) ? undefined : found;
  };
  const slotOf = (x: e.Expr) => x.tag === "input" ? slots.indexOf(x.name) : -1;
  const one = cotangents.length === 1 ? slots.length - 1 : -1;
  const factorOf = (root: e.Expr) => {
    if (root.tag !== "mul" || one < 0) return slotOf(root);
    if (slotOf(root.a) === one) return slotOf(root.b);
    return slotOf(root.b) === one ? slotOf(root.a) : -1;
  };
  return {
    formula: makeFormula(`the gradient of ${formula.name}`, slots, roots, formula.level + 1),
    reads,
    cotangents,
    results,
    passed: slotsOf(slotOf),
    passedAtOne: slotsOf(factorOf),
  };
}
