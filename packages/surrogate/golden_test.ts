import { assert, assertEquals, assertGreater } from "@std/assert";
import { compileEvaluator, constant, type Expr, input, vjp } from "@spikeloop/expr";
import { fire, primitiveAt, type Surrogate, surrogate } from "./mod.ts";
import { inDoublePrecision } from "./testing/float64.ts";
import { golden, type GoldenCase } from "./testing/golden.ts";

// Comparison with the reference's float32 results, point by point, to 1e-6 of each value.

const u = input("u");
const reference = golden.filter(({ name }) => name !== "PoissonPass");

/**
 * Terms of size 1 cancel here and leave their rounding, so errors are relative to the largest
 * value.
 */
const cancelling = ["SquarewaveFourierSeries"];

function make({ name, params }: GoldenCase): Surrogate {
  return surrogate(name, params);
}

function at(e: Expr, x: readonly number[]): number[] {
  const run = compileEvaluator([e], ["u"]);
  const result = [0];
  return x.map((value) => (run([value], result), result[0]));
}

function assertNear(c: GoldenCase, e: Expr, want: readonly number[]): void {
  const largest = Math.max(...want.filter(Number.isFinite).map(Math.abs));
  const got = at(e, c.x);
  for (const [i, value] of got.entries()) {
    if (Object.is(value, want[i])) continue;
    const size = cancelling.includes(c.name) ? largest : Math.abs(want[i]);
    assert(
      Math.abs(value - want[i]) <= 1e-6 * size,
      `${c.title} at ${c.x[i]}: got ${value}, the reference ${want[i]}`,
    );
  }
}

Deno.test("every surrogate fires exactly where the reference does", async (t) => {
  for (const c of reference) {
    await t.step(c.title, () => {
      // -0 and 0 are one count
      const fired = at(fire(make(c), u, constant(0)), c.x).map((value) => value + 0);
      assertEquals(fired, c.spike?.map((value) => value + 0));
    });
  }
});

Deno.test("NaN fires a binary surrogate as little as it does the reference", () => {
  for (const c of reference.filter(({ name }) => name !== "MultiLevelSpikeCount")) {
    assertEquals(at(fire(make(c), u, constant(0)), [NaN]), [0], c.title);
  }
});

Deno.test("every slope is the reference's derivative", async (t) => {
  for (const c of golden) {
    await t.step(c.title, () => assertNear(c, make(c).slope(u), c.derivative));
  }
});

Deno.test("every primitive is the reference's, and missing where its is", async (t) => {
  for (const c of reference) {
    await t.step(c.title, () => {
      const primitive = make(c).primitive?.(u);
      assertEquals(primitive === undefined, c.primitive === undefined);
      if (primitive !== undefined && c.primitive !== undefined) {
        assertNear(c, primitive, c.primitive);
      }
    });
  }
});

Deno.test("every primitive's derivative is the reference's autograd, also at its kinks", async (t) => {
  for (const c of reference) {
    const primitive = make(c).primitive?.(u);
    if (primitive === undefined) continue;
    await t.step(c.title, () => {
      const [derivative] = vjp([{ value: primitive, cotangent: constant(1) }], [u]);
      assertNear(c, derivative ?? constant(0), c.primitiveAutograd ?? []);
    });
  }
});

Deno.test("the reference itself misses the Fourier formula by more than 1e-6 where terms cancel", () => {
  for (const c of golden.filter(({ name }) => cancelling.includes(name))) {
    const formula = inDoublePrecision(make(c).primitive?.(u) ?? constant(NaN));
    const misses = c.x.map((x, i) => Math.abs((c.primitive?.[i] ?? NaN) / formula(x) - 1));
    assertGreater(Math.max(...misses.filter(Number.isFinite)), 2e-6);
  }
});

Deno.test("poissonPass() fires as often as the reference does, from noise in [0, 1)", () => {
  for (const c of golden.filter(({ name }) => name === "PoissonPass")) {
    const run = compileEvaluator([fire(make(c), u, input("noise"))], ["u", "noise"]);
    const result = [0];
    const draws = 20000;
    for (const [i, x] of c.x.entries()) {
      let fired = 0;
      for (let k = 0; k < draws; k++) {
        run([x, k / draws], result);
        fired += result[0];
      }
      const deviation = Math.sqrt(x * (1 - x) / draws); // of the reference's mean of as many draws
      const want = c.meanOf20000?.[i] ?? NaN;
      assert(Math.abs(fired / draws - want) <= 4 * deviation, `at ${x}: ${fired / draws}, ${want}`);
    }
    assertEquals([...primitiveAt(make(c), new Float32Array(c.x))], [...c.x]);
  }
});
