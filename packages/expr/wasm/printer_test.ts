import { assertEquals, assertThrows } from "@std/assert";
import { trials } from "@spikeloop/dev/testing";
import * as e from "../mod.ts";
import { compileSimd } from "../testing/run_simd.ts";
import { Func, instantiate, printSimd } from "./mod.ts";
import { generator, randomExpr, specialNumbers } from "../testing/random_expr.ts";

const names = ["a", "b", "c"];

Deno.test("SIMD code has the evaluator's bits on random expressions and special numbers", () => {
  const random = generator(7);
  const number = () =>
    random() < 0.3
      ? specialNumbers[Math.floor(random() * specialNumbers.length)]
      : Math.fround((random() - 0.5) * 10 ** (random() * 6 - 3));
  for (let trial = 0; trial < trials(400, 10_000); trial++) {
    const roots = [randomExpr(random, 30), randomExpr(random, 30)];
    const simd = compileSimd(roots, names);
    const evaluator = e.compileEvaluator(roots, names);
    const rows = [0, 1, 2, 3].map(() => names.map(number));
    const got = simd(rows);
    rows.forEach((row, lane) => {
      const want: number[] = [];
      evaluator(row, want);
      want.forEach((value, i) => {
        assertEquals(got[i][lane], value, `trial ${trial}, root ${i}, inputs ${row}`);
      });
    });
  }
});

Deno.test("vectors of derivatives have the evaluator's bits too", () => {
  const [u, g] = [e.input("a"), e.input("b")];
  const roots = [e.sigmoid(u), e.atan(u), e.erfc(u), e.mul(e.tanh(u), u)]
    .map((value) => e.vjp([{ value, cotangent: g }], [u])[0] ?? e.constant(0));
  const simd = compileSimd(roots, names);
  const rows = [[0.3, 1, 0], [-2, 0.5, 0], [0, -1, 0], [4, 2, 0]];
  const got = simd(rows);
  rows.forEach((row, lane) => {
    const want: number[] = [];
    e.compileEvaluator(roots, names)(row, want);
    assertEquals(got.map((r) => r[lane]), want);
  });
});

Deno.test("code that is too large for the engine is a RangeError of ours", () => {
  const fn = new Func("run", []);
  fn.localArray("v128", 60_000); // engines take 50,000
  const compile = () => instantiate([fn], new WebAssembly.Memory({ initial: 1 }));
  assertThrows(compile, RangeError, "Cannot compile a formula: its");
});

Deno.test("formulas that are too large are refused before most of their code is written", () => {
  const chain = (length: number, next: (y: e.Expr) => e.Expr) => {
    let y: e.Expr = e.input("x");
    for (let i = 0; i < length; i++) y = next(y);
    return y;
  };
  const print = (root: e.Expr, copies: number) => {
    const fn = new Func("run", []);
    const x = fn.local("v128");
    const write = () => printSimd(fn, [root], () => x, copies);
    return { fn, write };
  };
  const exps = chain(100, (y) => e.exp(e.mul(y, -0.5)));
  print(exps, 140).write();
  const message = "Cannot compile a formula: its 202 operations are more than engines compile";
  assertThrows(print(exps, 180).write, RangeError, message);
  const sums = chain(2000, (y) => e.add(e.mul(y, y), 1)); // a local for each of them
  const wide = print(sums, 50);
  assertThrows(wide.write, RangeError, "50000 local variables; split it");
  assertEquals(wide.fn.locals.length, 2 + 1001); // those of x and of the constant
});

Deno.test("functions of one formula share their local variables", () => {
  const fn = new Func("run", []);
  const x = fn.local("v128");
  const sines = Array.from({ length: 200 }, (_, i) => e.sin(e.mul(e.input("x"), i)));
  printSimd(fn, [sines.reduce(e.add)], () => x);
  assertEquals(fn.locals.length < 1000, true, `${fn.locals.length} locals`);
});
