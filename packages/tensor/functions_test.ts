import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { tensor } from "./create.ts";
import type { TensorLike } from "./common_backend.ts";
import * as f from "./functions.ts";
import { grad } from "./grad.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";
import { floats, generator } from "@spikeloop/dev/testing";

/** Every function, its value on plain numbers, and arguments away from its kinks. */
const cases: Record<
  string,
  { run: (...x: Tensor[]) => Tensor; value: (...x: number[]) => number; args: number[][] }
> = {
  add: { run: f.add, value: (a, b) => a + b, args: [[1.5, -2, 0.3], [0.25, 3, -1]] },
  sub: { run: f.sub, value: (a, b) => a - b, args: [[1.5, -2, 0.3], [0.25, 3, -1]] },
  mul: { run: f.mul, value: (a, b) => a * b, args: [[1.5, -2, 0.3], [0.25, 3, -1]] },
  div: { run: f.div, value: (a, b) => a / b, args: [[1.5, -2, 0.3], [0.8, 3, -1]] },
  neg: { run: f.neg, value: (a) => -a, args: [[1.5, -2, 0.3]] },
  abs: { run: f.abs, value: Math.abs, args: [[1.5, -2, 0.3]] },
  exp: { run: f.exp, value: Math.exp, args: [[1.5, -2, 0.3]] },
  log: { run: f.log, value: Math.log, args: [[1.5, 2, 0.5]] },
  sqrt: { run: f.sqrt, value: Math.sqrt, args: [[1.5, 2, 0.6]] },
  tanh: { run: f.tanh, value: Math.tanh, args: [[1.5, -2, 0.3]] },
  sigmoid: { run: f.sigmoid, value: (a) => 1 / (1 + Math.exp(-a)), args: [[1.5, -2, 0.3]] },
  relu: { run: f.relu, value: (a) => Math.max(a, 0), args: [[1.5, -2, 0.3]] },
  minimum: { run: f.minimum, value: Math.min, args: [[1.5, -2, 0.3], [0.25, 3, -1]] },
  maximum: { run: f.maximum, value: Math.max, args: [[1.5, -2, 0.3], [0.25, 3, -1]] },
  pow: { run: f.pow, value: Math.pow, args: [[1.5, 2, 0.7], [0.25, 3, -1]] },
  clip: {
    run: f.clip,
    value: (x, lo, hi) => Math.min(Math.max(x, lo), hi),
    args: [[1.5, -2, 0.3], [-1, -1, 0], [1, 1, 1]],
  },
  where: {
    run: (a, b) => f.where(f.less(a, b), f.mul(a, b), b),
    value: (a, b) => a < b ? a * b : b,
    args: [[1.5, -2, 0.3], [0.25, 3, -1]],
  },
};

for (const [name, { run, value, args }] of Object.entries(cases)) {
  testEach(`${name}() has its value and its gradient`, (backend) => {
    const inputs = args.map((a) => tensor(a, undefined, { backend }));
    run(...inputs).dataSync().forEach((got, i) => {
      const want = value(...args.map((a) => Math.fround(a[i])));
      assertAlmostEquals(got, want, 1e-6 * Math.max(1, Math.abs(want)));
    });
    assertGradient(run, inputs);
  });
}

testEach(
  "clip() gives the upper bound where the lower one is above it, as NumPy does",
  (backend) => {
    const x = tensor([-2, 0, 2, NaN], undefined, { backend });
    assertEquals([...f.clip(x, 1, -1).dataSync()], [-1, -1, -1, NaN]);
    assertEquals([...grad((x: Tensor) => sum(f.clip(x, 1, -1)))(x).dataSync()].slice(0, 3), [
      0,
      0,
      0,
    ]);
  },
);

testEach("comparisons give 1 where they hold, also for infinities, and 0 for NaN", (backend) => {
  const a = tensor([1, 2, 3, NaN, Infinity], undefined, { backend });
  const b = tensor([2, 2, 2, 0, Infinity], undefined, { backend });
  assertEquals([...f.less(a, b).dataSync()], [1, 0, 0, 0, 0]);
  assertEquals([...f.greater(a, b).dataSync()], [0, 0, 1, 0, 0]);
  assertEquals([...f.equal(a, b).dataSync()], [0, 1, 0, 0, 1]);
  assertEquals(f.less(a, b).binary, true);
  assertEquals([...grad((x: Tensor) => sum(f.mul(f.less(x, b), x)))(a).dataSync()], [
    1,
    0,
    0,
    0,
    0,
  ]);
});

const at = (run: (x: Tensor) => Tensor, x: number): number =>
  grad((x: Tensor) => run(x))(tensor(x)).item();

Deno.test("at its kinks every function has the gradient it documents", () => {
  assertEquals(at(f.abs, 0), 0);
  assertEquals(at(f.relu, 0), 0);
  assertEquals(at((x) => f.clip(x, 0, 1), 0), 1);
  assertEquals(at((x) => f.clip(x, 0, 1), 1), 1);
  assertEquals(at((x) => f.clip(x, 0, 1), 1.0001), 0);
  assertEquals(at((x) => f.maximum(x, 2), 2), 0.5);
  assertEquals(at((x) => f.minimum(2, x), 2), 0.5);
  assertEquals(at((x) => f.pow(x, 2), 0), 0);
  assertEquals(at((x) => f.sqrt(x), 0), Infinity);
});

Deno.test("NaN goes through relu, clip, minimum and maximum", () => {
  const x = tensor(NaN);
  for (const y of [f.relu(x), f.clip(x, 0, 1), f.minimum(x, 0), f.maximum(0, x)]) {
    assertEquals(y.item(), NaN);
  }
});

Deno.test("where() hides numbers that are not finite in the other branch, also from the gradient", () => {
  const x = tensor([4, -1]);
  const root = (x: Tensor) => f.where(f.greater(x, 0), f.sqrt(f.maximum(x, 0.25)), 0);
  assertEquals([...root(x).dataSync()], [2, 0]);
  assertEquals([...grad((x: Tensor) => sum(root(x)))(x).dataSync()], [0.25, 0]);
});

const two: Record<string, (a: TensorLike, b: TensorLike) => Tensor> = {
  ...{ add: f.add, sub: f.sub, mul: f.mul, div: f.div },
  ...{ minimum: f.minimum, maximum: f.maximum },
};

testEach(
  "functions of two arguments broadcast either side, and gradients are summed back",
  (backend) => {
    const random = generator(1);
    // Numbers of the first stay away from those of the second, where the kinks of minimum and
    // maximum are.
    const make = (shape: number[], offset: number) => {
      const data = floats(random, shape.reduce((p, n) => p * n, 1)).map((x) =>
        Math.round(x * 2) + offset
      );
      return tensor(data, shape, { backend });
    };
    const shapes = [[[2, 3], [3]], [[3], [2, 3]], [[2, 1], [3]], [[], [2, 2]], [[2, 1, 3], [
      1,
      4,
      1,
    ]], [[1], [1, 1]]];
    for (const [name, run] of Object.entries(two)) {
      for (const [p, q] of shapes) {
        const [a, b] = [make(p, 0.75), make(q, 3.3)];
        const got = run(a, b);
        const rank = Math.max(p.length, q.length);
        assertEquals(got.shape.length, rank, name);
        assertGradient(run, [a, b]);
      }
      const x = make([2, 2], 0.6);
      assertGradient((x) => run(x, 2), [x]);
      assertGradient((x) => run(3, x), [x]);
    }
  },
);

Deno.test("functions refuse other values than tensors, shapes that don't fit, and another backend", () => {
  const x = tensor([[1, 2, 3]]);
  assertThrows(
    () => f.add(x, tensor([1, 2])),
    TypeError,
    "Cannot run add: shapes [1, 3] and [2] do not broadcast (3 against 2)",
  );
  assertThrows(
    () => f.mul(x, [1, 2, 3] as unknown as Tensor),
    TypeError,
    "Cannot run mul: an array is neither a tensor nor a number (make one with tensor(...))",
  );
  assertThrows(
    () => f.exp(undefined as unknown as Tensor),
    TypeError,
    "Cannot run exp: undefined is neither",
  );
  assertThrows(() => f.add(1, 2), TypeError, "Cannot run add: all arguments are numbers");
});
