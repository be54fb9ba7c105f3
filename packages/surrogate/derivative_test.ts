import { assert, assertEquals } from "@std/assert";
import { trials } from "@spikeloop/dev/testing";
import { constant, evaluate, input, vjp } from "@spikeloop/expr";
import { primitiveAt, slopeAt, surrogate, surrogateNames } from "./mod.ts";
import { inDoublePrecision } from "./testing/float64.ts";
import { formulas } from "./testing/formulas.ts";
import { families, variations } from "./testing/variations.ts";

const u = input("u");
const grid = Array.from({ length: 241 }, (_, i) => -6 + i * 0.05 + 0.0123);

Deno.test("no built-in surrogate is left out of these tests", () => {
  assertEquals([...new Set(families.map(({ name }) => name))].sort(), surrogateNames());
});

Deno.test("every slope is the derivative of its primitive, by central differences", async (t) => {
  const h = 1e-5;
  for (const { title, s, family, params } of variations) {
    const primitive = s.primitive && inDoublePrecision(s.primitive(u));
    if (primitive === undefined) continue;
    await t.step(title, () => {
      const slope = inDoublePrecision(s.slope(u));
      const kinks = family.kinks?.(params) ?? [];
      const largest = Math.max(...grid.map((x) => Math.abs(slope(x))));
      for (const x of grid.filter((x) => kinks.every((kink) => Math.abs(x - kink) > 2 * h))) {
        const difference = (primitive(x + h) - primitive(x - h)) / (2 * h);
        assert(
          Math.abs(slope(x) - difference) <= (family.tolerance ?? 1e-6) * Math.max(1, largest),
          `at ${x}: slope ${slope(x)}, difference ${difference}`,
        );
      }
    });
  }
});

Deno.test("every slope's integral over the line is the known one", async (t) => {
  const points = trials(40_000, 200_000);
  for (const { title, s, family, params } of variations) {
    const want = family.integral?.(params);
    if (want === undefined) continue;
    await t.step(title, () => {
      const slope = inDoublePrecision(s.slope(u));
      let sum = 0;
      // x = z / (1 - z²)² takes (-1, 1) to the whole line, tails included.
      for (let i = 0; i < points; i++) {
        const z = (i + 0.5) / points * 2 - 1;
        const rest = 1 - z * z;
        sum += slope(z / rest ** 2) * (1 + 3 * z * z) / rest ** 3;
      }
      const integral = sum * 2 / points;
      assert(Math.abs(integral / want - 1) < 1e-3, `got ${integral}, expected ${want}`);
    });
  }
});

Deno.test("every slope and primitive keeps to its formula in float32", async (t) => {
  const x = new Float32Array(grid);
  for (const { title, s, family, params } of variations) {
    await t.step(title, () => {
      const { slope, primitive } = formulas[family.name];
      const tolerance = family.float32 ?? 4e-7;
      assertClose(slopeAt(s, x), [...x].map((value) => slope(value, params)), tolerance);
      assertEquals(s.primitive === undefined, primitive === undefined);
      if (primitive === undefined) return;
      assertClose(primitiveAt(s, x), [...x].map((value) => primitive(value, params)), tolerance);
    });
  }
});

/** Fails if a value is off by more than `tolerance` of the largest. */
function assertClose(got: Float32Array, want: readonly number[], tolerance: number): void {
  const largest = Math.max(...want.map(Math.abs));
  for (const [i, value] of got.entries()) {
    assert(Math.abs(value - want[i]) <= tolerance * largest, `got ${value}, expected ${want[i]}`);
  }
}

Deno.test("slopes and primitives stay numbers far from the threshold", () => {
  for (const { title, s } of variations) {
    const far = new Float32Array([-1e18, -1e4, -100, 100, 1e4, 1e18]);
    const values = [...slopeAt(s, far), ...(s.primitive ? primitiveAt(s, far) : [])];
    assert(values.every(Number.isFinite), `${title} has ${values}`);
    const smooth = s.primitive?.(u);
    if (smooth === undefined) continue;
    const [derivative = constant(0)] = vjp([{ value: smooth, cotangent: constant(1) }], [u]);
    for (const x of far) {
      const value = evaluate(derivative, { u: x });
      assert(Number.isFinite(value), `${title} has derivative ${value} at ${x}`);
    }
  }
});

Deno.test("at NaN a slope equals the reference's", () => {
  const at = (name: string, params: Readonly<Record<string, number>>) =>
    slopeAt(surrogate(name, params), new Float32Array([NaN]))[0];
  assertEquals(at("rect", {}), 0);
  assertEquals(at("piecewiseLeakyReLU", { c: 0.25 }), 0.25);
  assertEquals(at("leakyKReLU", { leak: 0.25 }), 0.25);
  assertEquals(at("logTailedReLU", {}), 1);
  assertEquals(at("multiLevelSpikeCount", { maxSpikeCount: 2 }), 0);
  for (const name of ["atan", "piecewiseQuadratic", "s2nn", "sigmoid", "softSign"]) {
    assertEquals(at(name, {}), NaN);
  }
});
