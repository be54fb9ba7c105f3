import type { BinaryTag, Expr, UnaryTag } from "@spikeloop/expr";
import { erfc } from "./formulas.ts";

const unary: Readonly<Record<UnaryTag, (a: number) => number>> = {
  neg: (a) => -a,
  abs: Math.abs,
  sqrt: Math.sqrt,
  floor: Math.floor,
  round: Math.round,
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  atan: Math.atan,
  erf: (a) => 1 - erfc(a),
  erfc,
};

const binary: Readonly<Record<BinaryTag, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  pow: Math.pow,
  less: (a, b) => a < b ? 1 : 0,
  lessEqual: (a, b) => a <= b ? 1 : 0,
  equal: (a, b) => a === b ? 1 : 0,
};

/** Compiles an expression of one input to a function without float32 rounding. */
export function inDoublePrecision(e: Expr): (u: number) => number {
  switch (e.tag) {
    case "const":
      return () => e.value;
    case "input":
      return (u) => u;
    case "select": {
      const [test, a, b] = [e.test, e.a, e.b].map(inDoublePrecision);
      return (u) => test(u) !== 0 ? a(u) : b(u);
    }
    case "spike": {
      const a = inDoublePrecision(e.a);
      return (u) => a(u) >= 0 ? 1 : 0;
    }
    case "surrogate":
      return inDoublePrecision(e.value);
    case "detach":
      return inDoublePrecision(e.a);
    default: {
      const a = inDoublePrecision(e.a);
      if (!("b" in e)) return (u) => unary[e.tag as UnaryTag](a(u));
      const b = inDoublePrecision(e.b);
      return (u) => binary[e.tag as BinaryTag](a(u), b(u));
    }
  }
}
