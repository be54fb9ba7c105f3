import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { abs, div, type Expr, input, mul, numbersAsInputs } from "@spikeloop/expr";
import { fire, type Surrogate, surrogate } from "./mod.ts";
import { families } from "./testing/variations.ts";

const [u, noise] = [input("u"), input("noise")];

function structure(s: Surrogate): Expr {
  return numbersAsInputs(() => fire(s, u, noise)).result;
}

Deno.test("the maths of a surrogate is one structure, whatever its parameters", () => {
  for (const { name, params } of families) {
    if (name === "squarewaveFourierSeries") continue; // its n is a count of terms
    for (const spiking of [true, false]) {
      if (!spiking && surrogate(name, params[0]).primitive === undefined) continue;
      const first = structure(surrogate(name, { ...params[0], spiking }));
      for (const p of params) {
        assertStrictEquals(structure(surrogate(name, { ...p, spiking })), first, name);
      }
    }
  }
});

Deno.test("numbers that meet are two numbers still", () => {
  const cases: [string, Readonly<Record<string, number>>, Readonly<Record<string, number>>][] = [
    ["atan", { alpha: 2 }, { alpha: 4 }], // alpha / 2 is 1, as is a number beside it
    ["triangle", { alpha: 1, w: 1 }, { alpha: 0.3, w: 2 }],
    ["leakyKReLU", { leak: 1, k: 1 }, { leak: 0, k: 3 }],
    ["s2nn", { alpha: 1, beta: 1 }, { alpha: 4, beta: 0 }],
    ["qPseudoSpike", { alpha: 3 }, { alpha: 2 }],
  ];
  for (const [name, a, b] of cases) {
    assertStrictEquals(structure(surrogate(name, a)), structure(surrogate(name, b)), name);
  }
});

Deno.test("counts are structure", () => {
  const series = (n: number, tPeriod: number) =>
    structure(surrogate("squarewaveFourierSeries", { n, tPeriod }));
  assertStrictEquals(series(4, 8), series(4, 3));
  assert(series(4, 8) !== series(5, 8));
});

Deno.test("the maths of a plain record is one structure too", () => {
  const own = (alpha: number): Surrogate => ({
    name: "own",
    params: { alpha },
    slope: (u) => div(alpha, mul(abs(u), 2 * alpha)),
  });
  assertStrictEquals(structure(own(1)), structure(own(3)));
  const { numbers } = numbersAsInputs(() => fire(own(3), u, noise));
  assertEquals(numbers, [6, 3]); // operands before their users
});
