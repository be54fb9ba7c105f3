// Makes nodes, each structure once. Only the constructors that simplify, in the files beside this
// one, call these functions.
import { fail } from "@spikeloop/errors";
import type {
  BinaryExpr,
  BinaryTag,
  ConstantExpr,
  Expr,
  InputExpr,
  UnaryExpr,
  UnaryTag,
} from "./expr.ts";

/** The methods of every node: operators of JavaScript do not make expressions. */
const methods = Object.freeze({
  toString(this: Expr): string {
    return `an expression (${this.tag})`;
  },
  [Symbol.toPrimitive](this: Expr, hint: string): string {
    if (hint === "string") return this.toString();
    return fail(
      `use ${this} as a number`,
      "operators, Math and if do not work on expressions; use add, sub, mul, div, pow, less, " +
        "greater, equal and select of @spikeloop/expr",
    );
  },
});

type Fields<E> = E extends Expr ? Omit<E, "id"> : never;

// Nodes that nobody holds any more may be collected, so a long run that writes ever new constants
// stays small.
const interned = new Map<string, WeakRef<Expr>>();
const collected = new FinalizationRegistry<string>((key) => {
  if (interned.get(key)?.deref() === undefined) interned.delete(key);
});
let count = 0;

/** The one node with these fields. No id is used twice, so a key names one structure for ever. */
function intern(key: string, fields: Fields<Expr>): Expr {
  const known = interned.get(key)?.deref();
  if (known !== undefined) return known;
  const node: Expr = Object.freeze(Object.assign(Object.create(methods), fields, { id: count++ }));
  interned.set(key, new WeakRef(node));
  collected.register(node, key);
  return node;
}

/** The constant node of a number, rounded to float32. */
export function makeConstant(value: number): ConstantExpr {
  const rounded = Math.fround(value);
  const key = Object.is(rounded, -0) ? "-0" : String(rounded);
  return intern(key, { tag: "const", value: rounded }) as ConstantExpr;
}

/**
 * The input node of a name: `input` for packages, whose names are strings.
 *
 * @example
 * ```ts
 * import { input, makeInput } from "@spikeloop/expr";
 * import { assert } from "@std/assert";
 *
 * assert(makeInput("x") === input("x"));
 * ```
 */
export function makeInput(name: string): InputExpr {
  return intern(`input:${name}`, { tag: "input", name }) as InputExpr;
}

/** The node of a unary operation, not simplified. */
export function makeUnary(tag: UnaryTag, a: Expr, f?: Pick<UnaryExpr, "maths" | "rules">): Expr {
  return intern(`${tag}:${a.id}`, { tag, a, ...f });
}

/** The node of a binary operation, not simplified. */
export function makeBinary(
  tag: BinaryTag,
  a: Expr,
  b: Expr,
  f?: Pick<BinaryExpr, "maths" | "rules">,
): Expr {
  return intern(`${tag}:${a.id}:${b.id}`, { tag, a, b, ...f });
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
