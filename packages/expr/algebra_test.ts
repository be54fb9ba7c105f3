import { assertEquals, assertStrictEquals } from "@std/assert";
import * as e from "./mod.ts";
import { generator, specialNumbers } from "./testing/random_expr.ts";

const binary = {
  add: e.add,
  sub: e.sub,
  mul: e.mul,
  div: e.div,
  min: e.min,
  max: e.max,
  pow: e.pow,
  less: e.less,
};

Deno.test("folding constants gives the bits that evaluating gives", () => {
  for (const [name, f] of Object.entries(binary)) {
    for (const a of specialNumbers) {
      for (const b of specialNumbers) {
        const folded = f(a, b);
        const evaluated = e.evaluate(f(e.input("a"), e.input("b")), { a, b });
        assertEquals(folded.tag, "const", name);
        if (folded.tag === "const") assertEquals(folded.value, evaluated, `${name}(${a}, ${b})`);
      }
    }
  }
});

Deno.test("simplifying against one constant changes no bit", () => {
  const x = e.input("x");
  const random = generator(1);
  const values = [...specialNumbers, ...Array.from({ length: 50 }, () => (random() - 0.5) * 100)];
  const pairs: [e.Expr, (x: number) => number][] = [
    [e.mul(x, 1), (v) => v],
    [e.mul(-1, x), (v) => -v],
    [e.sub(x, 0), (v) => v - 0],
    [e.div(x, 1), (v) => v],
    [e.pow(x, 1), (v) => v],
    [e.pow(x, 2), (v) => v * v],
    [e.neg(e.neg(x)), (v) => v],
  ];
  for (const [expr, f] of pairs) {
    for (const v of values) {
      const rounded = Math.fround(v);
      assertEquals(
        e.evaluate(expr, { x: rounded }),
        Math.fround(f(rounded)),
        `${expr.tag} of ${v}`,
      );
    }
  }
});

Deno.test("a choice by a constant, or between equals, is no choice", () => {
  const [x, y] = [e.input("x"), e.input("y")];
  assertStrictEquals(e.select(1, x, y), x);
  assertStrictEquals(e.select(0, x, y), y);
  assertStrictEquals(e.select(e.less(x, y), x, x), x);
});

Deno.test("comparisons and spikes of NaN are 0, and a spike at its threshold is 1", () => {
  const x = e.input("x");
  const at = (f: e.Expr, v: number) => e.evaluate(f, { x: v });
  for (
    const f of [
      e.less(x, 0),
      e.lessEqual(x, 0),
      e.greater(x, 0),
      e.greaterEqual(x, 0),
      e.equal(x, x),
      e.spike(x, 1),
    ]
  ) {
    assertEquals(at(f, NaN), 0);
  }
  assertEquals([at(e.spike(x, 1), 0), at(e.spike(x, 1), -0), at(e.spike(x, 1), -1e-40)], [1, 1, 0]);
});

Deno.test("round goes to the nearest integer, half to even", () => {
  const round = (v: number) => e.evaluate(e.round(e.input("x")), { x: v });
  assertEquals([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997].map(round), [-2, -2, -0, 0, 2, 2, 0]);
});
