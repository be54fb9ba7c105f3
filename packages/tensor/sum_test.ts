import { assertEquals, assertThrows } from "@std/assert";
import type { AxisOption } from "./axes.ts";
import { full, tensor, zeros } from "./create.ts";
import { grad } from "./grad.ts";
import { reshape } from "./reshape.ts";
import { broadcastTo, mean, sum, sumTo } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";
import { floats, generator } from "@spikeloop/dev/testing";

const options: readonly (AxisOption | undefined)[] = [
  undefined,
  0,
  -1,
  1,
  [0, 2],
  [1, 2],
  [-1, 0],
  [],
  { axis: 1, keepDims: true },
  { axis: [0, 2], keepDims: true },
  { keepDims: true },
];

/** The sum in double precision, by walking all elements. */
function naiveSum(x: Tensor, option: AxisOption | undefined): { shape: number[]; data: number[] } {
  const record = typeof option === "object" && !Array.isArray(option)
    ? option as { axis?: number | number[]; keepDims?: boolean }
    : { axis: option as number | number[] | undefined };
  const axes = [record.axis ?? x.shape.map((_, i) => i)].flat().map((a) =>
    a < 0 ? a + x.shape.length : a
  );
  const reduced = x.shape.map((n, i) => axes.includes(i) ? 1 : n);
  const data = new Array<number>(reduced.reduce((p, n) => p * n, 1)).fill(0);
  x.dataSync().forEach((value, at) => {
    let [rest, to, stride] = [at, 0, 1];
    for (let i = x.shape.length - 1; i >= 0; i--) {
      const index = rest % x.shape[i];
      rest = Math.floor(rest / x.shape[i]);
      to += (reduced[i] === 1 ? 0 : index) * stride;
      stride *= reduced[i];
    }
    data[to] += value;
  });
  return { shape: record.keepDims ? reduced : x.shape.filter((_, i) => !axes.includes(i)), data };
}

const close = (got: Tensor, want: readonly number[]) =>
  got.dataSync().forEach((g, i) =>
    assertEquals(Math.abs(g - want[i]) < 1e-5, true, `${g}, expected ${want[i]}`)
  );

testEach(
  "sum() and mean() combine any axes, and their gradients go back to all elements",
  (backend) => {
    const x = tensor(floats(generator(1), 24), [2, 3, 4], { backend });
    for (const option of options) {
      const want = naiveSum(x, option);
      assertEquals(sum(x, option).shape, want.shape, JSON.stringify(option));
      close(sum(x, option), want.data);
      const count = x.size / want.data.length;
      close(mean(x, option), want.data.map((v) => v / count));
      assertGradient((x) => sum(x, option), [x]);
      assertGradient((x) => mean(x, option), [x]);
    }
  },
);

testEach("runs of neighbouring axes between others are summed at once", (backend) => {
  const x = tensor(floats(generator(2), 288), [2, 3, 2, 2, 2, 3, 2], { backend });
  for (const axes of [[0, 1, 3, 5, 6], [6, 3, 0, 5, 1], [1, 2, 4, 5]]) {
    const want = naiveSum(x, axes);
    assertEquals(sum(x, axes).shape, want.shape);
    close(sum(x, axes), want.data);
  }
});

testEach("the sum of nothing is 0, the mean of nothing NaN", (backend) => {
  const x = zeros([2, 0], { backend });
  assertEquals([...sum(x, 1).dataSync()], [0, 0]);
  assertEquals(sum(x).item(), 0);
  assertEquals(sum(x, 0).shape, [0]);
  assertEquals(mean(x).item(), NaN);
  assertEquals(grad((x: Tensor) => sum(x))(x).shape, [2, 0]);
});

Deno.test("sum() refuses axes that are not there, or twice", () => {
  const x = zeros([2, 3]);
  assertThrows(
    () => sum(x, 2),
    RangeError,
    "Cannot run sum: a tensor of rank 2 has no axis 2",
  );
  assertThrows(() => sum(x, -3), RangeError, "rank 2 has no axis -3");
  assertThrows(() => sum(x, 0.5), RangeError, "rank 2 has no axis 0.5");
  assertThrows(
    () => mean(x, [0, -2]),
    RangeError,
    "Cannot run mean: an axis is named twice in [0, -2]",
  );
});

testEach("broadcastTo() repeats, and its gradient sums", (backend) => {
  const x = tensor([[1], [2]], undefined, { backend });
  assertEquals([...broadcastTo(x, [2, 2, 3]).dataSync()], [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
  assertGradient((x) => broadcastTo(x, [2, 2, 3]), [x]);
  assertGradient((x) => sumTo(x, [2, 1]), [broadcastTo(x, [3, 2, 2])]);
  assertEquals(broadcastTo(x, [2, 0].map((n, i) => i === 1 ? n : 2)).size, 0);
  assertThrows(
    () => broadcastTo(x, [3, 4]),
    TypeError,
    "Cannot run broadcastTo: shape [2, 1] does not stretch to [3, 4]",
  );
  assertThrows(() => broadcastTo(x, [2]), TypeError, "shape [2, 1] does not stretch to [2]");
});

testEach("sums of more than 2²⁴ numbers lose none of them, along any axis", (backend) => {
  // On the evaluator it takes long.
  const count = backend.name === "cpu" ? 2 ** 24 + 3 : 2 ** 20;
  const ones = full([count], 1, { backend });
  const columns = reshape(broadcastTo(reshape(ones, [count, 1]), [count, 2]), [count, 2]);
  const exact = Math.fround(count);
  const near = (x: number) => Math.abs(x - exact) / exact < 1e-6;
  assertEquals(near(sum(ones).item()), true);
  assertEquals([...sum(columns, 0).dataSync()].every(near), true);
  assertEquals(Math.abs(mean(full([count], 0.1, { backend })).item() / 0.1 - 1) < 1e-5, true);
  const perColumn = grad((b: Tensor) => sum(broadcastTo(b, [count, 2])))(full([2], 1, { backend }));
  assertEquals([...perColumn.dataSync()].every(near), true);
});
