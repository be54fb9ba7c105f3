import { describe, fail, isRecord, shorten, takeList } from "@spikeloop/errors";
import type { Expr } from "./expr.ts";
import { toExpr } from "./to_expr.ts";
import { inputNames, operands, schedule } from "./schedule.ts";
import { values } from "./arithmetic.ts";

type Instruction = (registers: Float64Array, args: ArrayLike<number>) => number;

/**
 * A compiled evaluator. It reads its arguments in the order of its names, and writes one result per
 * root.
 */
export type Evaluator = (args: ArrayLike<number>, results: { [i: number]: number }) => void;

/**
 * Compiles expressions into a function on plain numbers, which defines the results of every kernel.
 * Every operation rounds to float32. It generates no code, so it runs where neither WebAssembly nor
 * eval is allowed.
 *
 * @throws {TypeError} if an expression reads an input that `names` does not list.
 *
 * @example
 * ```ts
 * import { compileEvaluator, input, mul } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * const square = compileEvaluator([mul(input("x"), input("x"))], ["x"]);
 * const result = [0];
 * square([3], result);
 * assertEquals(result, [9]);
 * ```
 */
export function compileEvaluator(roots: readonly Expr[], names: readonly string[]): Evaluator {
  const action = "compile expressions";
  takeList(action, "roots", roots, (_action, _name, root) => toExpr(root as Expr));
  takeList(action, "names", names, (_action, _name, name) => name);
  const unknown = inputNames(roots).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const inputs = names.map((n) => `"${n}"`).join(", ") || "none";
    fail(`evaluate an expression that reads "${unknown}"`, `the inputs are ${inputs}`);
  }
  return makeEvaluator(roots, names);
}

/**
 * {@linkcode compileEvaluator} without checks, for kernels, which were checked.
 *
 * @example
 * ```ts
 * import { input, makeEvaluator, neg } from "@spikeloop/expr";
 * import { assertEquals } from "@std/assert";
 *
 * const result = [0];
 * makeEvaluator([neg(input("x"))], ["x"])([3], result);
 * assertEquals(result, [-3]);
 * ```
 */
export function makeEvaluator(roots: readonly Expr[], names: readonly string[]): Evaluator {
  const nodes = schedule(roots);
  const slots = new Map(nodes.map((e, i) => [e, i]));
  const at = (e: Expr) => slots.get(e) ?? 0;
  const registers = new Float64Array(nodes.length);
  const steps: { slot: number; run: Instruction }[] = [];
  for (const e of nodes) {
    if (e.tag === "const") registers[at(e)] = e.value;
    else steps.push({ slot: at(e), run: instruction(e, at, names) });
  }
  const outputs = roots.map(at);
  return (args, results) => {
    for (const { slot, run } of steps) registers[slot] = run(registers, args);
    for (let i = 0; i < outputs.length; i++) results[i] = registers[outputs[i]];
  };
}

function instruction(
  e: Exclude<Expr, { tag: "const" }>,
  at: (e: Expr) => number,
  names: readonly string[],
): Instruction {
  if (e.tag === "input") {
    const index = names.indexOf(e.name);
    return (_, args) => Math.fround(args[index]);
  }
  const apply = valueOf(e);
  const [a, b, c] = operands(e).map(at);
  if (b === undefined) return (r) => apply(r[a]);
  return c === undefined ? (r) => apply(r[a], r[b]) : (r) => apply(r[a], r[b], r[c]);
}

/** The operation of a node on the numbers of its operands. */
function valueOf(e: Exclude<Expr, { tag: "const" | "input" }>): (...operands: number[]) => number {
  return ("maths" in e && e.maths?.onNumbers) || values[e.tag as keyof typeof values];
}

/**
 * The value of one expression, given its inputs by name.
 *
 * @throws {TypeError} if an input that the expression reads is missing.
 *
 * @example
 * ```ts
 * import { evaluate, exp, input, neg } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(evaluate(exp(neg(input("x"))), { x: 0 }) === 1);
 * ```
 */
export function evaluate(e: Expr, inputs: Readonly<Record<string, number>>): number {
  const action = "evaluate an expression";
  if (!isRecord(inputs)) {
    fail(action, `its inputs are ${describe(inputs)}, expected a record of numbers`);
  }
  const names = Object.keys(inputs);
  for (const name of names) {
    if (typeof inputs[name] === "number") continue;
    fail(action, `input "${shorten(name)}" is ${describe(inputs[name])}, expected a number`);
  }
  const result = [0];
  compileEvaluator([toExpr(e)], names)(names.map((n) => inputs[n]), result);
  return result[0];
}
