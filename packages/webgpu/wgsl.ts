// The WGSL printer: expressions to statements, one per node. `wgsl_helpers.ts` has the functions
// that they call.
import { type BinaryTag, type Expr, isBinary, schedule, type UnaryTag } from "@spikeloop/expr";
import { floatBits } from "./commands.ts";

const unaryText: Readonly<Record<UnaryTag, (a: string) => string>> = {
  neg: (a) => `neg_(${a})`,
  abs: (a) => `abs_(${a})`,
  sqrt: (a) => `sqrt_(${a})`,
  floor: (a) => `floor_(${a})`,
  round: (a) => `round_(${a})`,
  exp: (a) => `exp_(${a})`,
  log: (a) => `log_(${a})`,
  sin: (a) => `circle_(${a}, 0)`,
  cos: (a) => `circle_(${a}, 1)`,
  tanh: (a) => `tanh_(${a})`,
  atan: (a) => `atan_(${a})`,
  erf: (a) => `erf_(${a})`,
  erfc: (a) => `erfc_(${a})`,
};

const binaryText: Readonly<Record<BinaryTag, (a: string, b: string) => string>> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `div_(${a}, ${b})`,
  min: (a, b) => `min_(${a}, ${b})`,
  max: (a, b) => `max_(${a}, ${b})`,
  pow: (a, b) => `pow_(${a}, ${b})`,
  less: (a, b) => `less_(${a}, ${b})`,
  lessEqual: (a, b) => `lessEqual_(${a}, ${b})`,
  equal: (a, b) => `equal_(${a}, ${b})`,
};

function literal(value: number): string {
  if (Number.isNaN(value)) return "nan_()";
  if (!Number.isFinite(value)) return value > 0 ? "infinity_()" : "-infinity_()";
  if (Object.is(value, -0)) return "neg_(0.0)";
  // A compiler may take a denormal literal for 0.
  if (Math.abs(value) < 2 ** -126 && value !== 0) return `bitcast<f32>(${floatBits(value)}u)`;
  const text = String(value);
  return /[.e]/.test(text) ? `${text}f` : `${text}.0`;
}

/** Statements that compute expressions, and the terms of their values. */
export interface Printed {
  /** One `let` per node. */
  readonly statements: readonly string[];
  /** One term per root. */
  readonly roots: readonly string[];
}

/**
 * Prints expressions as WGSL statements.
 *
 * @param inputs The term of each input.
 * @param prefix Starts the names of all variables, so that parts of a shader do not share names.
 * @param known The terms of values that are computed already.
 */
export function printWgsl(
  roots: readonly Expr[],
  inputs: (name: string) => string,
  prefix: string,
  known: ReadonlyMap<Expr, string> = new Map(),
): Printed {
  const statements: string[] = [];
  const conditions = new Map<Expr, string>();
  const numbers = new Map(known);
  const number = (e: Expr): string => {
    const known = numbers.get(e);
    if (known !== undefined) return known;
    const term = `number_(${conditions.get(e)})`;
    numbers.set(e, term);
    return term;
  };
  /** The term of an operand, of which compilers must not know that it is 0 or 1. */
  const hidden = (e: Expr) =>
    e.tag === "const" && Math.abs(e.value) <= 1 && Number.isInteger(e.value)
      ? `hide_(${number(e)})`
      : number(e);
  const condition = (e: Expr) => conditions.get(e) ?? `isTrue_(${number(e)})`;
  const name = (text: string) => {
    const variable = `${prefix}${statements.length}`;
    statements.push(`let ${variable} = ${text};`);
    return variable;
  };
  for (const e of schedule(roots, known)) {
    if (known.has(e)) continue;
    if (e.tag === "const") numbers.set(e, literal(e.value));
    else if (e.tag === "input") numbers.set(e, inputs(e.name));
    else if (e.tag === "detach") numbers.set(e, number(e.a));
    else if (e.tag === "surrogate") numbers.set(e, number(e.value));
    else if (e.tag === "spike") conditions.set(e, name(`spike_(${number(e.a)})`));
    else if (e.tag === "select") {
      const first = e.b.tag === "const" ? hidden(e.a) : number(e.a);
      numbers.set(e, name(`select(${number(e.b)}, ${first}, ${condition(e.test)})`));
    } else if ("b" in e) {
      const [a, b] = e.tag === "mul" ? [hidden(e.a), hidden(e.b)] : [number(e.a), number(e.b)];
      const cancels = e.a === e.b && (e.tag === "sub" || e.tag === "div");
      const text = binaryText[e.tag](a, cancels ? `hide_(${b})` : b);
      (isBinary(e) ? conditions : numbers).set(e, name(text));
    } else numbers.set(e, name(unaryText[e.tag](number(e.a))));
  }
  return { statements, roots: roots.map(number) };
}
