/** Operations of one operand. `round` rounds half to even. */
export type UnaryTag =
  | "neg"
  | "abs"
  | "sqrt"
  | "floor"
  | "round"
  | "exp"
  | "log"
  | "sin"
  | "cos"
  | "tanh"
  | "atan"
  | "erf"
  | "erfc";

/** Operations of two operands. Comparisons give 1 where they hold and 0 elsewhere (also for NaN). */
export type BinaryTag =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "pow"
  | "less"
  | "lessEqual"
  | "equal";

/** What every node carries: its place in the order of creation (operands come before their users). */
export interface ExprNode {
  /** Its number. */
  readonly id: number;
}

/** A number, rounded to float32. */
export interface ConstantExpr extends ExprNode {
  /** A constant. */
  readonly tag: "const";
  /** The number. */
  readonly value: number;
}

/** A named slot that a skeleton binds to a value: a state variable, a parameter, a tensor's element. */
export interface InputExpr extends ExprNode {
  /** A slot. */
  readonly tag: "input";
  /** Its name. */
  readonly name: string;
}

/** An operation of one operand. */
export interface UnaryExpr extends ExprNode {
  /** Which operation. */
  readonly tag: UnaryTag;
  /** The operand. */
  readonly a: Expr;
}

/** An operation of two operands. */
export interface BinaryExpr extends ExprNode {
  /** Which operation. */
  readonly tag: BinaryTag;
  /** The operand. */
  readonly a: Expr;
  /** The other operand. */
  readonly b: Expr;
}

/** `a` where `test` is not 0, `b` elsewhere. No gradient reaches `test`. */
export interface SelectExpr extends ExprNode {
  /** A choice. */
  readonly tag: "select";
  /** What decides. */
  readonly test: Expr;
  /** The operand. */
  readonly a: Expr;
  /** The other operand. */
  readonly b: Expr;
}

/** Heaviside(a): 1 where a >= 0, else 0 (also for NaN). Its derivative by `a` is `slope`. */
export interface SpikeExpr extends ExprNode {
  /** A spike. */
  readonly tag: "spike";
  /** The operand. */
  readonly a: Expr;
  /** The derivative by `a`. */
  readonly slope: Expr;
}

/** `value`, whose derivative by `a` is declared to be `slope`. */
export interface SurrogateExpr extends ExprNode {
  /** A value with a declared derivative. */
  readonly tag: "surrogate";
  /** The value. */
  readonly value: Expr;
  /** The operand. */
  readonly a: Expr;
  /** The derivative by `a`. */
  readonly slope: Expr;
}

/** `a`, through which no gradient flows. */
export interface DetachExpr extends ExprNode {
  /** A value without a gradient. */
  readonly tag: "detach";
  /** The operand. */
  readonly a: Expr;
}

/**
 * An immutable scalar expression over float32: every operation rounds its result to float32, and nothing is
 * contracted or reordered. Nodes are hash-consed: two expressions of the same structure are the same object,
 * so `===` compares structure, and `id` orders operands before their users.
 *
 * @example
 * ```ts
 * import { add, evaluate, input, mul } from "@spikeloop/expr";
 *
 * const v = input("v");
 * const u = add(mul(v, 0.75), input("x"));
 * console.assert(u === add(mul(v, 0.75), input("x")));
 * console.assert(evaluate(u, { v: 2, x: 1 }) === 2.5);
 * ```
 */
export type Expr =
  | ConstantExpr
  | InputExpr
  | UnaryExpr
  | BinaryExpr
  | SelectExpr
  | SpikeExpr
  | SurrogateExpr
  | DetachExpr;

/** Anything that stands for an expression: a plain number becomes a float32 constant. */
export type ExprLike = Expr | number;

type Fields<E> = E extends Expr ? Omit<E, "id"> : never;

const interned = new Map<string, Expr>();

/** The one node with these fields. */
function intern(key: string, fields: Fields<Expr>): Expr {
  const known = interned.get(key);
  if (known !== undefined) return known;
  const made = Object.freeze({ ...fields, id: interned.size }) as Expr;
  interned.set(key, made);
  return made;
}

/** The constant node of a number, rounded to float32. */
export function makeConstant(value: number): ConstantExpr {
  const rounded = Math.fround(value);
  const key = Object.is(rounded, -0) ? "-0" : String(rounded);
  return intern(key, { tag: "const", value: rounded }) as ConstantExpr;
}

/** The input node of a name. */
export function makeInput(name: string): InputExpr {
  return intern(`input:${name}`, { tag: "input", name }) as InputExpr;
}

/** The node of a unary operation, not simplified. */
export function makeUnary(tag: UnaryTag, a: Expr): Expr {
  return intern(`${tag}:${a.id}`, { tag, a });
}

/** The node of a binary operation, not simplified. */
export function makeBinary(tag: BinaryTag, a: Expr, b: Expr): Expr {
  return intern(`${tag}:${a.id}:${b.id}`, { tag, a, b });
}

/** The node of a choice, not simplified. */
export function makeSelect(test: Expr, a: Expr, b: Expr): Expr {
  return intern(`select:${test.id}:${a.id}:${b.id}`, { tag: "select", test, a, b });
}

/** The node of a spike. */
export function makeSpike(a: Expr, slope: Expr): Expr {
  return intern(`spike:${a.id}:${slope.id}`, { tag: "spike", a, slope });
}

/** The node of a value with a declared derivative. */
export function makeSurrogate(value: Expr, a: Expr, slope: Expr): Expr {
  return intern(`surrogate:${value.id}:${a.id}:${slope.id}`, { tag: "surrogate", value, a, slope });
}

/** The node that stops gradients. */
export function makeDetach(a: Expr): Expr {
  return intern(`detach:${a.id}`, { tag: "detach", a });
}

/** The operands whose values `e` needs when it is evaluated (a slope is needed by gradients only). */
export function operands(e: Expr): readonly Expr[] {
  switch (e.tag) {
    case "const":
    case "input":
      return [];
    case "select":
      return [e.test, e.a, e.b];
    case "surrogate":
      return [e.value];
    case "spike":
    case "detach":
      return [e.a];
    default:
      return "b" in e ? [e.a, e.b] : [e.a];
  }
}

/** All nodes that evaluating `roots` needs, operands before their users. */
export function schedule(roots: readonly Expr[]): Expr[] {
  const seen = new Set<Expr>();
  const pending = [...roots];
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    pending.push(...operands(e));
  }
  return [...seen].sort((p, q) => p.id - q.id);
}

/** The names of the inputs that evaluating `roots` reads, in order of first creation. */
export function inputNames(roots: readonly Expr[]): string[] {
  return schedule(roots).flatMap((e) => e.tag === "input" ? [e.name] : []);
}
