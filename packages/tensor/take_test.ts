import { assert, assertEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { floats, generator } from "@spikeloop/dev/testing";
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
