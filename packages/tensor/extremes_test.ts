import { assertEquals, assertThrows } from "@std/assert";
import { tensor, zeros } from "./create.ts";
import { argmax, argmin, max, min } from "./extremes.ts";
import { grad } from "./grad.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";
import { generator } from "@spikeloop/dev/testing";

/** A shuffle of 0, 1, 2, ...: no ties, and steps of finite differences change no order. */
function shuffled(count: number, seed: number): Float32Array {
  const random = generator(seed);
  return Float32Array.from({ length: count }, (_, i) => i).sort(() => random() - 0.5);
}

testEach(
  "max() and min() find extremes along any axes, and gradients go where they are",
  (backend) => {
    const data = shuffled(24, 1);
    const x = tensor(data, [2, 3, 4], { backend });
    assertEquals(max(x).item(), 23);
    assertEquals(min(x).item(), 0);
    const along = (i: number, k: number) => [0, 1, 2].map((j) => data[(i * 3 + j) * 4 + k]);
    const want = [0, 1].flatMap((i) => [0, 1, 2, 3].map((k) => Math.max(...along(i, k))));
    assertEquals([...max(x, 1).dataSync()], want);
    assertEquals(max(x, { axis: 1, keepDims: true }).shape, [2, 1, 4]);
    assertEquals(max(x, [0, 2]).shape, [3]);
    for (
      const option of [undefined, 0, 1, -1, [0, 1], [1, 2], [0, 2], {
        axis: [0, 2],
        keepDims: true,
      }]
    ) {
      assertGradient((x) => max(x, option), [x]);
      assertGradient((x) => min(x, option), [x]);
    }
  },
);

testEach(
  "of equal extremes the first gets the gradient, and argmax() and argmin() name it",
  (backend) => {
    const x = tensor([[1, 3, 3], [0, 0, 2]], undefined, { backend });
    assertEquals([...grad((x: Tensor) => sum(max(x, 1)))(x).dataSync()], [0, 1, 0, 0, 0, 1]);
    assertEquals([...grad((x: Tensor) => sum(min(x, 1)))(x).dataSync()], [1, 0, 0, 1, 0, 0]);
    assertEquals([...argmax(x, 1).dataSync()], [1, 2]);
    assertEquals([...argmin(x, -1).dataSync()], [0, 0]);
    assertEquals([...argmax(x, 0).dataSync()], [0, 0, 0]);
  },
);

testEach("NaN wins, the first of several", (backend) => {
  const x = tensor([2, NaN, 5, NaN], undefined, { backend });
  assertEquals([max(x).item(), min(x).item()], [NaN, NaN]);
  assertEquals([argmax(x, 0).item(), argmin(x, 0).item()], [1, 1]);
  assertEquals([...grad((x: Tensor) => max(x))(x).dataSync()], [0, 1, 0, 0]);
});

Deno.test("the extreme of a scalar is itself; of nothing there is none", () => {
  const x = tensor(4);
  assertEquals(max(x).item(), 4);
  assertEquals(max(zeros([0, 3]), 1).shape, [0]);
  assertThrows(
    () => max(zeros([0, 3])),
    RangeError,
    "Cannot run max over an empty axis: the tensor has shape [0, 3]",
  );
  assertThrows(() => argmin(zeros([2, 0]), 1), RangeError, "Cannot run argmin over an empty axis");
  assertThrows(() => min(x, 0), RangeError, "Cannot run min: a tensor of rank 0 has no axis 0");
});

Deno.test("argmax() and argmin() take one axis", () => {
  for (const axis of [[0, 1], { axis: 1 }, undefined]) {
    assertThrows(
      () => argmax(zeros([2, 3, 4]), axis as never),
      TypeError,
      "Cannot run argmax: a tensor",
    );
  }
});

Deno.test("indices that float32 cannot hold send no gradient to a neighbour", () => {
  const data = new Float32Array(2 ** 24 + 4);
  data[2 ** 24 + 1] = data[2 ** 24 + 2] = 1;
  const x = tensor(data);
  const gradient = grad((x: Tensor) => max(x))(x).dataSync();
  assertEquals([...gradient.subarray(2 ** 24)], [0, 1, 0, 0]);
  assertEquals(gradient.indexOf(1), 2 ** 24 + 1);
  assertThrows(() => argmax(x, 0), RangeError, "float32 holds indices up to 2²⁴");
});
