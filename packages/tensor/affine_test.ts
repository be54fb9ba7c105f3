import { assertEquals, assertThrows } from "@std/assert";
import { affine } from "./affine.ts";
import { tensor, zeros } from "./create.ts";
import { add, mul, relu } from "./functions.ts";
import { grad } from "./grad.ts";
import { matmul } from "./matmul.ts";
import { evaluator } from "@spikeloop/backend/evaluator";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";
import { assertSameBits, floats, generator, spikes } from "@spikeloop/dev/testing";

testEach("affine() has the bits of matmul() and add(), and their gradients", (backend) => {
  const random = generator(1);
  for (const lead of [[], [0], [1], [3], [9], [40], [2, 3], [5, 1, 4]]) {
    for (const [inputs, outputs] of [[1, 1], [3, 2], [7, 5], [40, 33], [0, 2], [2, 0]]) {
      const rows = lead.reduce((a, b) => a * b, 1);
      const binary = random() < 0.5;
      const data = (binary ? spikes : floats)(random, rows * inputs, 0.3);
      const x = tensor(data, [...lead, inputs], { backend, binary });
      const weight = tensor(floats(random, outputs * inputs), [outputs, inputs], { backend });
      const bias = tensor(floats(random, outputs), [outputs], { backend });
      const slopes = tensor(floats(random, rows * outputs), [...lead, outputs], { backend });
      const apart = (x: Tensor, w: Tensor, b: Tensor) => add(matmul(x, w, { transposeB: true }), b);
      const what = `[${x.shape}] and [${weight.shape}]`;
      const y = affine(x, weight, bias);
      assertEquals(y.shape, [...lead, outputs], what);
      assertSameBits(y.dataSync(), apart(x, weight, bias).dataSync(), what);
      const gradients = [affine, apart].map((f) =>
        grad((p: Tensor[]) => sum(mul(f(p[0], p[1], p[2]), slopes)))([x, weight, bias])
      );
      const cut = (x: Tensor, w: Tensor, b: Tensor) => affine(x, w, b, { relu: true });
      const reluApart = (x: Tensor, w: Tensor, b: Tensor) => relu(apart(x, w, b));
      const cutGradients = [cut, reluApart].map((f) => {
        assertSameBits(f(x, weight, bias).dataSync(), relu(y).dataSync(), `relu of ${what}`);
        return grad((p: Tensor[]) => sum(mul(f(p[0], p[1], p[2]), slopes)))([x, weight, bias]);
      });
      cutGradients[0].forEach((g, i) => {
        assertSameBits(g.dataSync(), cutGradients[1][i].dataSync(), `gradient ${i} of ${what}`);
      });
      gradients[0].forEach((g, i) => {
        assertEquals(g.shape, gradients[1][i].shape, what);
        assertSameBits(g.dataSync(), gradients[1][i].dataSync(), `gradient ${i} of ${what}`);
      });
    }
  }
});

testEach("the gradient of affine() equals finite differences", (backend) => {
  const random = generator(2);
  const make = (...shape: number[]) =>
    tensor(floats(random, shape.reduce((p, n) => p * n, 1)), shape, { backend });
  assertGradient((x, weight, bias) => affine(x, weight, bias), [
    make(2, 3, 4),
    make(5, 4),
    make(5),
  ]);
});

Deno.test("affine() refuses shapes that don't fit, and names all", () => {
  assertThrows(
    () => affine(zeros([2, 3]), zeros([4, 5]), zeros([4])),
    TypeError,
    "Cannot run affine: shapes [2, 3], [4, 5] and [4], expected [..., in], [out, in] and [out]",
  );
  assertThrows(() => affine(zeros([2, 5]), zeros([4, 5]), zeros([3])), TypeError, "and [3]");
  assertThrows(
    () => affine(zeros([2, 5]), zeros([4, 5]), 1 as unknown as Tensor),
    TypeError,
    "Cannot run affine: bias is 1, expected a tensor",
  );
  assertThrows(() => affine(zeros([]), zeros([4, 5]), zeros([4])), TypeError, "shapes []");
  assertThrows(
    () => affine(zeros([2, 5]), zeros([4, 5], { backend: evaluator }), zeros([4])),
    TypeError,
    'Cannot run affine: one tensor is on "cpu", another on "evaluator"',
  );
});
