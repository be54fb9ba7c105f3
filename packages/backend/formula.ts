import * as e from "@spikeloop/expr";
import type { MapKernel } from "./skeletons.ts";

/** A compiled-once elementwise formula with its pullbacks. */
export interface Formula {
  readonly name: string;
  /** How many times it was differentiated: keeps the names of cotangents of different levels apart. */
  readonly level: number;
  readonly kernel: MapKernel;
  readonly binary: readonly boolean[];
  /** One pullback per set of inputs that need a gradient, written as a bit mask. */
  readonly pullbacks: Map<number, FormulaPullback>;
}

/** How the cotangents of a formula's results become those of some of its inputs. */
export interface FormulaPullback {
  /** Arguments: the forward inputs in `reads`, then one cotangent per output in `cotangents`. */
  readonly formula: Formula;
  readonly reads: readonly number[];
  readonly cotangents: readonly number[];
  /** For each forward input: which result of `formula` is its gradient; -1 for none. */
  readonly results: readonly number[];
  /** Where every gradient is one of the arguments as it is: which one of them. */
  readonly passed: readonly number[] | undefined;
}

const binaryTags: ReadonlySet<e.Expr["tag"]> = new Set(["less", "lessEqual", "equal", "spike"]);

/** Whether a formula gives only zeros and ones, whatever its derivative is declared to be. */
function isBinary(x: e.Expr): boolean {
  if (x.tag === "surrogate") return isBinary(x.value);
  return x.tag === "detach" ? isBinary(x.a) : binaryTags.has(x.tag);
}

/** A formula over named inputs. */
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
    binary: outputs.map(isBinary),
    pullbacks: new Map(),
  };
}

/** The pullback of `formula` to the inputs in `mask`, derived by `vjp` the first time it is needed. */
export function pullbackOf(formula: Formula, mask: number): FormulaPullback {
  const known = formula.pullbacks.get(mask);
  if (known !== undefined) return known;
  const { inputs, outputs } = formula.kernel;
  const cotangentName = (i: number) => `g${formula.level}.${i}`;
  const wanted = inputs.flatMap((_, i) => mask >> i & 1 ? [i] : []);
  const derivatives = e.vjp(
    outputs.map((value, i) => ({ value, cotangent: e.input(cotangentName(i)) })),
    wanted.map((i) => e.input(inputs[i])),
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
  const passed = roots.map((root) => root.tag === "input" ? slots.indexOf(root.name) : -1);
  const made = {
    formula: makeFormula(`the gradient of ${formula.name}`, slots, roots, formula.level + 1),
    reads,
    cotangents,
    results,
    passed: passed.includes(-1) ? undefined : passed,
  };
  formula.pullbacks.set(mask, made);
  return made;
}
