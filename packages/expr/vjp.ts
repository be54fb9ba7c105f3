import type { BinaryExpr, Expr, UnaryExpr } from "./expr.ts";
import type { BinaryTag, UnaryTag } from "./expr.ts";
import {
  add,
  constant,
  cos,
  div,
  equal,
  exp,
  less,
  log,
  mul,
  neg,
  pow,
  select,
  sin,
  sub,
} from "./build.ts";

type Cotangents = readonly (Expr | undefined)[];

/** g · dy/da for every unary operation y, written with y itself where that is cheaper. */
const unaryPullback: Readonly<Record<UnaryTag, (g: Expr, y: UnaryExpr) => Expr | undefined>> = {
  neg: (g) => neg(g),
  abs: (g, { a }) => select(equal(a, 0), mul(g, 0), select(less(a, 0), neg(g), g)),
  sqrt: (g, y) => div(mul(g, 0.5), y),
  floor: () => undefined,
  round: () => undefined,
  exp: (g, y) => mul(g, y),
  log: (g, { a }) => div(g, a),
  sin: (g, { a }) => mul(g, cos(a)),
  cos: (g, { a }) => neg(mul(g, sin(a))),
  tanh: (g, y) => mul(g, sub(1, mul(y, y))),
  atan: (g, { a }) => div(g, add(1, mul(a, a))),
  erf: (g, { a }) => mul(g, gaussian(a)),
  erfc: (g, { a }) => neg(mul(g, gaussian(a))),
};

/** d erf(x)/dx = 2/√π exp(-x²) */
function gaussian(x: Expr): Expr {
  return mul(2 / Math.sqrt(Math.PI), exp(neg(mul(x, x))));
}

/** g · dy/da and g · dy/db for every binary operation y. */
const binaryPullback: Readonly<Record<BinaryTag, (g: Expr, y: BinaryExpr) => Cotangents>> = {
  add: (g) => [g, g],
  sub: (g) => [g, neg(g)],
  mul: (g, { a, b }) => [mul(g, b), mul(g, a)],
  div: (g, y) => [div(g, y.b), neg(div(mul(g, y), y.b))],
  min: (g, { a, b }) => [mul(g, share(a, b)), mul(g, share(b, a))],
  max: (g, { a, b }) => [mul(g, share(b, a)), mul(g, share(a, b))],
  pow: (g, y) => [
    mul(g, mul(y.b, pow(y.a, sub(y.b, 1)))),
    mul(g, select(equal(y.a, 0), 0, mul(y, log(y.a)))),
  ],
  less: () => [],
  lessEqual: () => [],
  equal: () => [],
};

/** How much of min(a, b) is a: 1, 1/2 where they are equal, 0. */
function share(a: Expr, b: Expr): Expr {
  return select(less(a, b), 1, select(equal(a, b), 0.5, 0));
}

/** The operands of `y` that a gradient reaches, each with its cotangent given `g`, that of `y`. */
function pullback(y: Expr, g: Expr): readonly (readonly [Expr, Expr | undefined])[] {
  switch (y.tag) {
    case "const":
    case "input":
    case "detach":
      return [];
    case "select":
      return [[y.a, select(y.test, g, 0)], [y.b, select(y.test, 0, g)]];
    case "spike":
    case "surrogate":
      return [[y.a, mul(g, y.slope)]];
    default: {
      if (!("b" in y)) return [[y.a, unaryPullback[y.tag](g, y)]];
      const [ga, gb] = binaryPullback[y.tag](g, y);
      return [[y.a, ga], [y.b, gb]];
    }
  }
}

/** All nodes from which a gradient of `roots` can flow on, users before their operands. */
function backwardOrder(roots: readonly Expr[]): Expr[] {
  const seen = new Set<Expr>();
  const pending = [...roots];
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    for (const [operand] of gradientOperands(e)) pending.push(operand);
  }
  return [...seen].sort((p, q) => q.id - p.id);
}

function gradientOperands(e: Expr): readonly (readonly [Expr])[] {
  if (e.tag === "const" || e.tag === "input" || e.tag === "detach") return [];
  if (e.tag === "select") return [[e.a], [e.b]];
  return "b" in e ? [[e.a], [e.b]] : [[e.a]];
}

/** An expression together with the gradient that arrives at it. */
export interface Output {
  /** The value. */
  readonly value: Expr;
  /** d loss / d value. */
  readonly cotangent: Expr;
}

/**
 * Vector-Jacobian product: the gradients of Σ cotangentᵢ · valueᵢ by each of `inputs`, as expressions.
 * `undefined` stands for a gradient that is zero by structure. Inputs may be any nodes, not only slots; a
 * gradient that reaches one of them goes on to its operands as well.
 *
 * @example
 * ```ts
 * import { evaluate, input, mul, vjp } from "@spikeloop/expr";
 *
 * const x = input("x");
 * const [dx] = vjp([{ value: mul(x, x), cotangent: input("g") }], [x]);
 * console.assert(dx !== undefined && evaluate(dx, { x: 3, g: 1 }) === 6);
 * ```
 */
export function vjp(outputs: readonly Output[], inputs: readonly Expr[]): (Expr | undefined)[] {
  const needed = dependents(outputs.map((o) => o.value), inputs);
  const cotangents = new Map<Expr, Expr>();
  const accumulate = (e: Expr, g: Expr | undefined) => {
    if (g === undefined || !needed.has(e) || isZero(g)) return;
    const before = cotangents.get(e);
    cotangents.set(e, before === undefined ? g : add(before, g));
  };
  for (const { value, cotangent } of outputs) accumulate(value, cotangent);
  for (const e of backwardOrder(outputs.map((o) => o.value))) {
    const g = cotangents.get(e);
    if (g === undefined) continue;
    for (const [operand, cotangent] of pullback(e, g)) accumulate(operand, cotangent);
  }
  return inputs.map((e) => cotangents.get(e));
}

function isZero(e: Expr): boolean {
  return e.tag === "const" && e.value === 0 && e === constant(0);
}

/** The nodes below `roots` whose value a change of one of `inputs` can move, as gradients see it. */
function dependents(roots: readonly Expr[], inputs: readonly Expr[]): Set<Expr> {
  const moved = new Set(inputs);
  for (const e of backwardOrder(roots).reverse()) {
    if (gradientOperands(e).some(([operand]) => moved.has(operand))) moved.add(e);
  }
  return moved;
}
