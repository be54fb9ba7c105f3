import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { floats, generator } from "@spikeloop/dev/testing";
import { tensor, zeros } from "./create.ts";
import { exp } from "./functions.ts";
import { logSoftmax, softmax } from "./softmax.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";

testEach("softmax() and logSoftmax() have the values of doubles, along any axis", (backend) => {
  const values = floats(generator(1), 24).map((x) => 8 * x);
  const x = tensor(values, [2, 3, 4], { backend });
  const along = (of: (row: number[]) => number[], axis: number) => {
    const [stride, extent] = [[12, 4, 1][axis], [2, 3, 4][axis]];
    const result = new Float64Array(24);
    for (let i = 0; i < 24; i++) {
      const index = Math.floor(i / stride) % extent;
      const row = Array.from({ length: extent }, (_, k) => values[i + (k - index) * stride]);
      result[i] = of(row)[index];
    }
    return result;
  };
  const log = (row: number[]) => {
    const top = Math.max(...row);
    const total = Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0));
    return row.map((x) => x - top - total);
  };
  for (const axis of [0, 1, 2]) {
    const wanted = along(log, axis);
    logSoftmax(x, axis).dataSync().forEach((y, i) => assertAlmostEquals(y, wanted[i], 4e-6));
    softmax(x, axis - 3).dataSync().forEach((y, i) =>
      assertAlmostEquals(y, Math.exp(wanted[i]), 1e-6)
    );
  }
  assertEquals(softmax(x).dataSync(), softmax(x, 2).dataSync());
});

testEach("softmax() and logSoftmax() do not overflow", (backend) => {
  const x = tensor([[1e30, 0], [-1e30, 0], [-Infinity, 3], [3e4, 3e4]], undefined, { backend });
  assertEquals([...softmax(x).dataSync()], [1, 0, 0, 1, 0, 1, 0.5, 0.5]);
  assertEquals([...logSoftmax(x).dataSync()].map(Math.fround).slice(0, 6), [
    0,
    Math.fround(-1e30),
    Math.fround(-1e30),
    0,
    -Infinity,
    0,
  ]);
  const nothing = tensor([-Infinity, -Infinity], undefined, { backend });
  assertEquals([...softmax(nothing).dataSync()], [NaN, NaN]);
});

testEach("softmax() and logSoftmax() have gradients", (backend) => {
  const x = tensor(floats(generator(2), 12), [3, 4], { backend });
  for (const axis of [0, 1]) {
    assertGradient((x) => softmax(x, axis), [x]);
    assertGradient((x) => logSoftmax(x, axis), [x]);
    assertGradient((x) => exp(logSoftmax(x, axis)), [x]);
  }
});

Deno.test("softmax() refuses what it cannot normalize", () => {
  assertThrows(() => softmax(zeros([2, 0])), RangeError, "Cannot run softmax over an empty axis");
  assertThrows(() => logSoftmax(zeros([2, 0])), RangeError, "Cannot run logSoftmax over an empty");
  assertThrows(() => softmax(tensor(1)), RangeError, "axis -1");
  assertThrows(() => logSoftmax([1] as never), TypeError, "expected a tensor");
});
