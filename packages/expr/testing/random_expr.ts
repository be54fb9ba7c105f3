import { type Expr, input } from "../mod.ts";
import * as e from "../mod.ts";

/** A generator of numbers in [0, 1), the same for the same seed. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const unary = [
  e.neg,
  e.abs,
  e.sqrt,
  e.floor,
  e.round,
  e.exp,
  e.log,
  e.sin,
  e.cos,
  e.tanh,
  e.atan,
  e.erf,
  e.erfc,
];
const binary = [
  e.add,
  e.sub,
  e.mul,
  e.div,
  e.min,
  e.max,
  e.pow,
  e.less,
  e.lessEqual,
  e.greater,
  e.greaterEqual,
  e.equal,
];

/** Numbers that arithmetic treats in special ways. */
export const specialNumbers: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -2.5,
  1.5,
  3,
  1e-40,
  -1e-42,
  3.4e38,
  -3.4e38,
  Infinity,
  -Infinity,
  NaN,
];

/** A random expression of about `size` nodes over the inputs a, b and c, with shared parts. */
export function randomExpr(random: () => number, size: number): Expr {
  const nodes: Expr[] = [input("a"), input("b"), input("c")];
  const pick = () => nodes[Math.floor(random() * nodes.length)];
  const among = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  while (nodes.length < size) {
    const kind = random();
    if (kind < 0.3) nodes.push(among(unary)(pick()));
    else if (kind < 0.75) nodes.push(among(binary)(pick(), pick()));
    else if (kind < 0.8) nodes.push(e.constant(among(specialNumbers)));
    else if (kind < 0.88) nodes.push(e.select(pick(), pick(), pick()));
    else if (kind < 0.93) nodes.push(e.spike(pick(), pick()));
    else if (kind < 0.97) nodes.push(e.withSlope(pick(), pick(), pick()));
    else nodes.push(e.detach(pick()));
  }
  return nodes[nodes.length - 1];
}
