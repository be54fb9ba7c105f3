import { assertEquals, assertThrows } from "@std/assert";
import { cpu } from "@spikeloop/cpu";
import { tensor, zeros } from "./create.ts";
import { mul } from "./functions.ts";
import { grad } from "./grad.ts";
import { concat, partAt, slice, stack, transpose } from "./movement.ts";
import { evaluator } from "@spikeloop/backend/evaluator";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";
import { floats, generator } from "@spikeloop/dev/testing";

testEach("transpose() reorders axes, all reversed where nothing is said", (backend) => {
  const x = tensor([[1, 2, 3], [4, 5, 6]], undefined, { backend });
  assertEquals([...transpose(x).dataSync()], [1, 4, 2, 5, 3, 6]);
  const y = tensor(floats(generator(1), 24), [2, 3, 4], { backend });
  const moved = transpose(y, [1, -1, 0]);
  assertEquals(moved.shape, [3, 4, 2]);
  const [from, to] = [y.dataSync(), moved.dataSync()];
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 4; k++) assertEquals(to[(j * 4 + k) * 2 + i], from[(i * 3 + j) * 4 + k]);
    }
  }
  assertGradient((y) => transpose(y, [1, 2, 0]), [y]);
  assertEquals(transpose(y, [0, 1, 2]), y);
  assertEquals(transpose(zeros([0, 3], { backend })).shape, [3, 0]);
});

testEach("slice() takes bounds as Array.prototype.slice does, for leading axes", (backend) => {
  const x = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]], undefined, { backend });
  const take = (
    ...bounds: [number | number[], (number | number[])?]
  ) => [...slice(x, ...bounds).dataSync()];
  assertEquals(take(1), [4, 5, 6, 7, 8, 9]);
  assertEquals(take(-1), [7, 8, 9]);
  assertEquals(take(0, -2), [1, 2, 3]);
  assertEquals(take([1, 1], [2, 3]), [5, 6]);
  assertEquals(take([0, -1]), [3, 6, 9]);
  assertEquals(take(2, 99), [7, 8, 9]);
  assertEquals(slice(x, 2, 1).shape, [0, 3]);
  assertEquals(slice(x, [0, 3]).shape, [3, 0]);
  assertGradient((x) => slice(x, [1, -2], [3, 3]), [x]);
});

testEach("partAt() takes a part along the first axis", (backend) => {
  const x = tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], undefined, { backend });
  assertEquals(partAt(x, 1).shape, [2, 2]);
  assertEquals([...partAt(x, 1).dataSync()], [5, 6, 7, 8]);
  const only = slice(x, 1);
  assertEquals([...partAt(only, 0).dataSync()], [5, 6, 7, 8]);
  for (const y of [x, only]) assertGradient((z) => partAt(z, 0), [y]);
});

testEach(
  "concat() and stack() put tensors side by side, and gradients come apart again",
  (backend) => {
    const make = (shape: number[], seed: number) => {
      return tensor(floats(generator(seed), shape.reduce((p, n) => p * n, 1)), shape, { backend });
    };
    const [a, b] = [
      tensor([[1, 2]], undefined, { backend }),
      tensor([[3, 4]], undefined, { backend }),
    ];
    assertEquals([...concat([a, b]).dataSync()], [1, 2, 3, 4]);
    assertEquals(concat([a, b], 1).shape, [1, 4]);
    assertEquals([...stack([a, b], -1).dataSync()], [1, 3, 2, 4]);
    assertEquals([stack([a, b]).shape, stack([a, b], 1).shape, stack([a, b], 2).shape], [
      [2, 1, 2],
      [1, 2, 2],
      [1, 2, 2],
    ]);
    for (const axis of [0, 1, -1]) {
      const shapes = [2, 1, 3, 0].map((n) => [2, 2, 2].map((m, i) => i === (axis + 3) % 3 ? n : m));
      const parts = shapes.map(make);
      assertGradient((...xs) => concat(xs, axis), parts);
      assertGradient((x, y) => stack([x, y, x], axis), [parts[0], make(shapes[0], 9)]);
    }
  },
);

testEach("a binary tensor stays binary when it is moved", (backend) => {
  const x = tensor([[0, 1], [1, 1]], undefined, { backend, binary: true });
  const moved: Tensor[] = [transpose(x), slice(x, 1), concat([x, x]), stack([x, x])];
  assertEquals(moved.map((y) => y.binary), [true, true, true, true]);
  assertEquals(concat([x, tensor([[2, 2]], undefined, { backend })]).binary, false);
});

testEach(
  "gradients of a tensor that is stacked several times are added from the last on",
  (backend) => {
    const weights = tensor([[1], [1e8], [-1e8]], undefined, { backend });
    const f = (x: Tensor) => sum(mul(stack([x, x, x]), weights));
    assertEquals([...grad(f)(tensor([2], undefined, { backend })).dataSync()], [1]);
  },
);

Deno.test("movements refuse shapes that do not fit, and name them", () => {
  const x = zeros([2, 3]);
  assertThrows(
    () => transpose(x, [0, 0]),
    TypeError,
    "Cannot run transpose: [0,0] is not an order of the axes of shape [2, 3]",
  );
  assertThrows(() => transpose(x, [0]), TypeError, "[0] is not an order of the axes");
  assertThrows(
    () => transpose(x, [0, 2]),
    RangeError,
    "Cannot run transpose: a tensor of rank 2 has no axis 2",
  );
  assertThrows(
    () => slice(x, [0, 0, 0]),
    TypeError,
    "Cannot run slice: the number of bounds is 3, more than the axes of shape [2, 3]",
  );
  assertThrows(() => slice(x, 0.5), RangeError, "Cannot run slice: 0.5 is not an integer");
  assertThrows(
    () => concat([]),
    TypeError,
    "Cannot run concat: expected an array of at least one tensor",
  );
  assertThrows(
    () => stack(x as unknown as Tensor[]),
    TypeError,
    "Cannot run stack: expected an array",
  );
  assertThrows(
    () => concat([x, zeros([2, 4])]),
    TypeError,
    "Cannot run concat along axis 0: shapes [2, 3] and [2, 4] differ elsewhere",
  );
  assertThrows(() => concat([x, zeros([2])]), TypeError, "shapes [2, 3] and [2] differ elsewhere");
  assertThrows(
    () => concat([x, x], 2),
    RangeError,
    "Cannot run concat: a tensor of rank 2 has no axis 2",
  );
  assertThrows(
    () => stack([x, zeros([3, 2])]),
    TypeError,
    "Cannot run stack: shapes [2, 3] and [3, 2] differ",
  );
  const other = zeros([2, 3], { backend: evaluator });
  assertThrows(
    () => concat([x, other]),
    TypeError,
    `Cannot run concat: one tensor is on "${cpu.name}", another on "${evaluator.name}"`,
  );
});
