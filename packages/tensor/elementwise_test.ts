import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { countModules } from "@spikeloop/dev/testing";
import * as e from "@spikeloop/expr";
import { full, tensor } from "./create.ts";
import type { TensorLike } from "./common_backend.ts";
import { elementwise, elementwiseAll } from "./elementwise.ts";
import { add, div } from "./functions.ts";
import { grad } from "./grad.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { evaluator } from "@spikeloop/backend/evaluator";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";

const polar = elementwiseAll("polar", 2, (r, t) => [e.mul(r, e.cos(t)), e.mul(r, e.sin(t))]);

testEach("a formula with several results is one operation with one gradient", (backend) => {
  const r = tensor([[1], [2]], undefined, { backend });
  const t = tensor([0.1, 0.5, 2], undefined, { backend });
  const [x, y] = polar(r, t);
  assertEquals([x.shape, y.shape], [[2, 3], [2, 3]]);
  assertAlmostEquals(y.dataSync()[5], 2 * Math.sin(2), 1e-6);
  assertGradient((r, t) => add(polar(r, t)[0], polar(r, t)[1]), [r, t]);
  assertGradient((r, t) => polar(r, t)[1], [r, t]);
  assertGradient((r) => polar(r, 0.5)[0], [r]);
});

testEach("a surrogate's slope is the gradient of a formula that spikes", (backend) => {
  const fire = elementwise("fire", 1, (u) => e.spike(u, e.mul(3, u)));
  const u = tensor([-1, 0, 2], undefined, { backend });
  assertEquals([...fire(u).dataSync()], [0, 1, 1]);
  assertEquals(fire(u).binary, true);
  assertEquals([...grad((u: Tensor) => sum(fire(u)))(u).dataSync()], [-3, 0, 6]);
});

Deno.test("a formula is known to give zeros and ones through a declared derivative, and only then", () => {
  const x = tensor([0.2, 0.7]);
  const formulas: [boolean, (x: e.Expr) => e.Expr][] = [
    [true, (x) => e.withSlope(e.less(0.5, x), x, 1)],
    [true, (x) => e.detach(e.withSlope(e.equal(0.5, x), x, 1))],
    [false, (x) => e.withSlope(e.round(x), x, 1)],
    [false, (x) => e.neg(e.less(0.5, x))],
  ];
  formulas.forEach(([binary, formula], i) =>
    assertEquals(elementwise("formula", 1, formula)(x).binary, binary, `formula ${i}`)
  );
});

testEach("a formula can be differentiated twice", (backend) => {
  const cube = elementwise("cube", 1, (x) => e.mul(x, e.mul(x, x)));
  const slope = (x: Tensor) => grad((x: Tensor) => sum(cube(x)))(x);
  const x = tensor([1, -2, 0.5], undefined, { backend });
  assertEquals([...grad((x: Tensor) => sum(slope(x)))(x).dataSync()], [6, -12, 3]);
  assertGradient(slope, [x]);
});

testEach(
  "a result that the value does not use spoils no gradient by its infinite derivative",
  (backend) => {
    const roots = elementwiseAll("roots", 1, (x) => [e.mul(x, 3), e.sqrt(x)]);
    const x = tensor([0, 4], undefined, { backend });
    assertEquals([...grad((x: Tensor) => sum(roots(x)[0]))(x).dataSync()], [3, 3]);
    // The gradients of both factors of a quotient are the results of one formula.
    const [a, b] = [
      tensor([1, -2], undefined, { backend }),
      tensor([0, 0], undefined, { backend }),
    ];
    const slopes = ([a, b]: readonly Tensor[]) =>
      sum(grad(([p, q]: readonly Tensor[]) => sum(div(p, q)))([a, b])[0]);
    assertEquals([...grad(slopes)([a, b])[0].dataSync()], [0, 0]);
  },
);

testEach("an argument that the result does not depend on has gradient 0", (backend) => {
  const first = elementwise("first", 2, (a, _b) => a);
  const [a, b] = [tensor([1, 2], undefined, { backend }), tensor([3], undefined, { backend })];
  const gradients = grad((p: { a: Tensor; b: Tensor }) => sum(first(p.a, p.b)))({ a, b });
  assertEquals([[...gradients.a.dataSync()], [...gradients.b.dataSync()]], [[1, 1], [0]]);
});

Deno.test("wrong arguments of a formula are named", () => {
  const x = tensor([1]);
  const run = polar as (...args: TensorLike[]) => unknown;
  assertThrows(() => run(x), TypeError, "Cannot run polar: args.length is 1, expected 2");
  assertThrows(
    () => run(x, tensor([1], undefined, { backend: evaluator })),
    TypeError,
    'Cannot run polar: one tensor is on "cpu", another on "evaluator"',
  );
  const broken = elementwise("broken", 1, () => "x" as unknown as e.Expr);
  assertThrows(() => broken(x), TypeError, "in an expression");
});

/** A step whose derivative is a window of this height. */
function windowed(height: number): (...args: TensorLike[]) => Tensor {
  const slope = (u: e.Expr) => e.select(e.less(e.abs(u), 0.5 / height), height, 0);
  return elementwise("windowed", 1, (u) => e.spike(u, slope(u)), { numbersAsInputs: true });
}

Deno.test("operations that differ in numbers alone compile once where numbers are inputs", async () => {
  const u = tensor(Float32Array.from({ length: 1000 }, (_, i) => i / 1000));
  const gradient = (height: number) => grad((u: Tensor) => sum(windowed(height)(u)))(u).dataSync();
  gradient(1);
  await countModules((modules) => {
    for (const height of [1, 2, 0.5, 4]) {
      const slopes = gradient(height);
      assertEquals([slopes[0], slopes[999]], [height, height < 0.6 ? height : 0]);
    }
    assertEquals(modules.compiled, 0);
  });
});

Deno.test("an operation that is made again compiles nothing", async () => {
  const x = tensor(new Float32Array(1000));
  const run = () => elementwise("again", 1, (x) => e.add(e.mul(x, x), 0.123))(x);
  run();
  await countModules((modules) => {
    run();
    assertEquals(modules.compiled, 0);
  });
});

Deno.test("a formula of more numbers than a set of arguments holds has them as constants", () => {
  const polynomial = (x: e.Expr) => {
    let sum = x;
    for (let i = 0; i < 40; i++) sum = e.add(e.mul(sum, x), i);
    return sum;
  };
  const x = tensor([0.5, -0.25]);
  const open = elementwise("polynomial", 1, polynomial, { numbersAsInputs: true });
  const closed = elementwise("polynomial", 1, polynomial);
  assertEquals([...open(x).dataSync()], [...closed(x).dataSync()]);
  const gradient = (f: typeof open) => [...grad((x: Tensor) => sum(f(x)))(x).dataSync()];
  assertEquals(gradient(open), gradient(closed));
});

Deno.test("the code of a formula grows with its length, not with its square", async () => {
  const run = (links: number) => {
    const chain = elementwise("chain", 1, (x) => {
      let y: e.ExprLike = x;
      for (let i = 0; i < links; i++) y = e.add(e.mul(y, 0.5), x);
      return y;
    });
    const x = full([300], 1);
    assertEquals(chain(x).dataSync()[299], 2);
    const slope = grad((x: Tensor) => sum(chain(x)))(x);
    assertEquals(slope.dataSync()[0], 2);
  };
  await countModules((modules) => {
    run(1000);
    const short = modules.bytes;
    run(4000);
    assertLess(modules.bytes - short, 5 * short);
  });
});

Deno.test("a formula with too many arguments and a result that is no list are refused", () => {
  assertThrows(() => elementwise("many", 32, (x) => x), RangeError, "at most 31");
  assertThrows(() => elementwise("many", "1" as never, (x) => x), TypeError, 'is "1", expected');
  const single = elementwiseAll("single", 1, ((x: e.Expr) => x) as never);
  assertThrows(() => single(tensor(1)), TypeError, "expected an array of expressions");
});
