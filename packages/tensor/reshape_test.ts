import { assertEquals, assertThrows } from "@std/assert";
import { floats, generator } from "@spikeloop/dev/testing";
import { tensor, zeros } from "./create.ts";
import { reshape } from "./reshape.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";

testEach("reshape() keeps the order, works out one extent, and hands gradients back", (backend) => {
  const x = tensor(floats(generator(2), 12), [3, 4], { backend });
  assertEquals(reshape(x, [2, -1, 3]).shape, [2, 2, 3]);
  assertEquals(reshape(x, [12]).dataSync(), x.dataSync());
  assertEquals(reshape(tensor(5, undefined, { backend }), [1, 1]).shape, [1, 1]);
  assertEquals(reshape(zeros([0, 3], { backend }), [7, 0]).shape, [7, 0]);
  assertGradient((x) => reshape(x, [6, 2]), [x]);
  const shape = [4, 3];
  const y = reshape(x, shape);
  shape[0] = 99;
  assertEquals(y.shape, [4, 3]);
  for (const wrong of [[5], [-1, -1], [5, -1], [-1, 0], [-2, -6], [1.5, 8], [4, 3, 2]]) {
    assertThrows(
      () => reshape(x, wrong),
      TypeError,
      "Cannot run reshape: [3, 4] of size 12 does not fit",
    );
  }
});
