import { assert, assertEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { assertSameBits, floats, generator, integer, trials } from "@spikeloop/dev/testing";
import { ones, tensor, zeros } from "./create.ts";
import { mul } from "./functions.ts";
import { grad } from "./grad.ts";
import { sum } from "./sum.ts";
import { take } from "./take.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";

testEach("take() copies slices by index, in any order and several times", (backend) => {
  const x = tensor([[1, 2], [3, 4], [5, 6]], undefined, { backend });
  assertEquals([...take(x, [2, 0, 2]).dataSync()], [5, 6, 1, 2, 5, 6]);
  assertEquals([...take(x, new Uint8Array([1]), -1).dataSync()], [2, 4, 6]);
  assertEquals(take(x, 1).shape, [2]);
  assertEquals(take(x, [[0, 1], [2, 0]]).shape, [2, 2, 2]);
  assertEquals(take(x, []).shape, [0, 2]);
  assertEquals(take(x, tensor([1, 1], undefined, { backend }), 1).shape, [3, 2]);
  assertEquals(take(zeros([3, 0], { backend }), [1]).shape, [1, 0]);
});

testEach("the gradient of take() is a sum over equal indices", (backend) => {
  const y = tensor(floats(generator(1), 24), [2, 3, 4], { backend });
  assertGradient((y) => take(y, [2, 0, 2], 1), [y]);
  assertGradient((y) => take(y, [[1], [0]]), [y]);
  assertGradient((y) => take(y, [3, 3, 3], 2), [y]);
  // Of a gradient: d/dx (2 x · count)
  const slope = grad((x) => sum(mul(take(x, [0, 0]), take(x, [0, 0]))));
  const x = tensor([3, 5], undefined, { backend });
  assertEquals([...slope(x).dataSync()], [12, 0]);
  assertEquals([...grad((x) => sum(slope(x)))(x).dataSync()], [4, 0]);
});

Deno.test("take() of spikes is known to be spikes", () => {
  assert(take(ones([3, 2], { binary: true }), [0]).binary);
  assert(!take(ones([3, 2]), [0]).binary);
});

Deno.test("cpuTake and cpuScatterAdd have the bits of the evaluator", () => {
  const random = generator(2);
  for (let trial = 0; trial < trials(500, 20_000); trial++) {
    const extents = [integer(random, 0, 3), integer(random, 1, 9), integer(random, 0, 40)] as const;
    const [outer, axis, inner] = extents;
    const indices = Float32Array.from(
      { length: integer(random, 0, 12) },
      () => random() < 0.1 ? [NaN, -1, 0.5, axis][trial % 4] : integer(random, 0, axis - 1),
    );
    const x = floats(random, outer * axis * inner, 0.1);
    const g = floats(random, outer * indices.length * inner, 0.1);
    const title = `${extents} at ${indices}`;
    assertSameBits(cpuTake(x, indices, ...extents), evaluator.take(x, indices, ...extents), title);
    assertSameBits(
      cpuScatterAdd(g, indices, ...extents),
      evaluator.scatterAdd(g, indices, ...extents),
      title,
    );
  }
});

Deno.test("take() refuses indices that are none", () => {
  const x = ones([3, 2]);
  assertThrows(
    () => take(x, [0, 3]),
    RangeError,
    "Cannot run take: an index along axis 0 of shape [3, 2] is 3, expected an integer from 0 to 2",
  );
  for (const wrong of [-1, 0.5, NaN]) assertThrows(() => take(x, [wrong]), RangeError);
  assertThrows(() => take(zeros([0]), [0]), RangeError, "expected none, as there are 0");
  assertThrows(() => take(x, [0], 2), RangeError, "axis 2");
  assertThrows(() => take(x, "0" as never), TypeError);
  assertThrows(() => take(x, ones([1], { backend: evaluator })), TypeError, "indices");
  assertThrows(() => take([1] as never, [0]), TypeError, "tensor");
});
