import { assertEquals, assertThrows } from "@std/assert";
import { full, tensor, zeros } from "./create.ts";
import { grad } from "./grad.ts";
import { longestProduct, matmul, type MatmulOptions } from "./matmul.ts";
import { transpose } from "./movement.ts";
import { evaluator } from "@spikeloop/backend/evaluator";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";
import { floats, generator } from "@spikeloop/dev/testing";

const both: readonly MatmulOptions[] = [
  {},
  { transposeA: true },
  { transposeB: true },
  { transposeA: true, transposeB: true },
];

testEach("matmul() multiplies, transposed or not, in value and gradient", (backend) => {
  const random = generator(1);
  const a = tensor(floats(random, 6), [2, 3], { backend });
  const b = tensor(floats(random, 12), [3, 4], { backend });
  const [x, y] = [a.dataSync(), b.dataSync()];
  for (const options of both) {
    const p = options.transposeA ? transpose(a) : a;
    const q = options.transposeB ? transpose(b) : b;
    const c = matmul(p, q, options);
    assertEquals(c.shape, [2, 4]);
    c.dataSync().forEach((got, at) => {
      const [i, j] = [Math.floor(at / 4), at % 4];
      const want = [0, 1, 2].reduce((total, k) => total + x[3 * i + k] * y[4 * k + j], 0);
      assertEquals(Math.abs(got - want) < 1e-6 * 8, true, `${got}, expected ${want}`);
    });
    assertGradient((p, q) => matmul(p, q, options), [p, q]);
  }
});

testEach("matmul() takes vectors, and leading axes that broadcast", (backend) => {
  const random = generator(2);
  const make = (...shape: number[]) =>
    tensor(floats(random, shape.reduce((p, n) => p * n, 1)), shape, { backend });
  const cases: [Tensor, Tensor, number[]][] = [
    [make(3), make(3), []],
    [make(3), make(3, 2), [2]],
    [make(2, 3), make(3), [2]],
    [make(4, 2, 3), make(3, 2), [4, 2, 2]],
    [make(4, 2, 3), make(4, 3, 2), [4, 2, 2]],
    [make(2, 3), make(4, 3, 2), [4, 2, 2]],
    [make(5, 1, 2, 3), make(4, 3, 1), [5, 4, 2, 1]],
    [make(1, 2, 3), make(4, 3, 1), [4, 2, 1]],
    [make(3), make(4, 3, 2), [4, 2]],
    [make(4, 2, 3), make(1, 1, 3, 2), [1, 4, 2, 2]],
  ];
  for (const [a, b, shape] of cases) {
    assertEquals(matmul(a, b).shape, shape);
    assertGradient((a, b) => matmul(a, b), [a, b]);
  }
  const [tall, wide] = [make(4, 3, 2), make(4, 5, 3)];
  assertGradient((a, b) => matmul(a, b, { transposeA: true, transposeB: true }), [tall, wide]);
  assertGradient((a, b) => matmul(a, b, { transposeA: true }), [make(3), make(3, 2)]);
});

testEach("a product over no elements is 0, of no rows empty", (backend) => {
  assertEquals([...matmul(zeros([2, 0], { backend }), zeros([0, 2], { backend })).dataSync()], [
    0,
    0,
    0,
    0,
  ]);
  assertEquals(matmul(zeros([0, 3], { backend }), zeros([3, 2], { backend })).shape, [0, 2]);
  assertEquals(matmul(zeros([0, 2, 3], { backend }), zeros([3, 2], { backend })).shape, [0, 2, 2]);
});

testEach("spikes give the products and gradients of the numbers they are", (backend) => {
  const random = generator(3);
  const data = floats(random, 40).map((x) => x > 1 ? 1 : 0);
  const spikes = tensor(data, [8, 5], { backend, binary: true });
  const numbers = tensor(data, [8, 5], { backend });
  const w = tensor(floats(random, 15), [3, 5], { backend });
  const loss = (w: Tensor, s: Tensor) => sum(matmul(s, w, { transposeB: true }));
  assertEquals(
    matmul(spikes, w, { transposeB: true }).dataSync(),
    matmul(numbers, w, { transposeB: true }).dataSync(),
  );
  assertEquals(grad(loss)(w, spikes).dataSync(), grad(loss)(w, numbers).dataSync());
  assertEquals(matmul(spikes, w, { transposeB: true }).binary, false);
});

Deno.test("spikes that are 0 hide weights that are not finite", () => {
  const spikes = tensor([[0, 1]], undefined, { binary: true });
  for (const backend of [undefined, evaluator]) {
    const s = backend ? tensor([[0, 1]], undefined, { backend, binary: true }) : spikes;
    const w = tensor([[NaN, Infinity], [2, 3]], undefined, { backend });
    assertEquals([...matmul(s, w).dataSync()], [2, 3]);
    assertEquals([...matmul(w, s, { transposeA: true, transposeB: true }).dataSync()], [2, 3]);
  }
});

Deno.test("matmul() refuses factors that don't fit, and names both", () => {
  const a = zeros([2, 3]);
  assertThrows(
    () => matmul(a, zeros([4, 5])),
    TypeError,
    "Cannot run matmul: shapes [2, 3] and [4, 5] have inner extents 3 and 4",
  );
  assertThrows(
    () => matmul(a, zeros([4, 5]), { transposeA: true, transposeB: true }),
    TypeError,
    "shapes [2, 3] (transposed) and [4, 5] (transposed) have inner extents 2 and 5",
  );
  assertThrows(
    () => matmul(zeros([2, 2, 3]), zeros([3, 3, 1])),
    TypeError,
    "Cannot run matmul: shapes [2] and [3] do not broadcast",
  );
  assertThrows(
    () => matmul(a, zeros([])),
    TypeError,
    "shapes [2, 3] and [], expected at least one axis each",
  );
  assertThrows(
    () => matmul(a, 2 as unknown as Tensor),
    TypeError,
    "Cannot run matmul: b is 2, expected a tensor",
  );
  assertThrows(
    () => matmul(a, zeros([3, 1], { backend: evaluator })),
    TypeError,
    'Cannot run matmul: one tensor is on "cpu", another on "evaluator"',
  );
});

testEach("matmul() and its gradient add long inner axes up in blocks", (backend) => {
  const k = 2 * longestProduct + 5;
  const row = full([1, k], 0.1, { backend });
  const column = full([k, 1], 0.1, { backend });
  for (
    const [a, b, options] of [[row, column, {}], [row, row, { transposeB: true }], [
      column,
      column,
      { transposeA: true },
    ]] as const
  ) {
    const product = matmul(a, b, options).item();
    assertEquals(Math.abs(product / (0.01 * k) - 1) < 3e-4, true);
  }
  // d/dw of Σ x·w over k rows is the sum of x.
  const slope = grad((w: Tensor) => sum(matmul(column, w)))(full([1, 1], 2, { backend })).item();
  assertEquals(Math.abs(slope / (0.1 * k) - 1) < 3e-4, true);
  // Up to the length of a block, bits are those of one sum.
  const short = full([1, 5000], 0.1, { backend });
  let total = 0;
  const square = Math.fround(Math.fround(0.1) * Math.fround(0.1));
  for (let i = 0; i < 5000; i++) total = Math.fround(total + square);
  assertEquals(matmul(short, short, { transposeB: true }).item(), total);
});
