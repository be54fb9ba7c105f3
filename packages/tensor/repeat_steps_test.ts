import { assert, assertEquals, assertThrows } from "@std/assert";
import { ones, tensor } from "./create.ts";
import { repeatSteps } from "./repeat_steps.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";

testEach("repeatSteps() repeats a tensor, and its gradient is the sum", (backend) => {
  const x = tensor([[1, 2]], undefined, { backend });
  assertEquals([...repeatSteps(x, 3).dataSync()], [1, 2, 1, 2, 1, 2]);
  assertEquals(repeatSteps(tensor(1, undefined, { backend }), 2).shape, [2]);
  assertGradient((x) => repeatSteps(x, 3), [x]);
});

Deno.test("repeatSteps() keeps spikes, and refuses a time of no step", () => {
  assert(repeatSteps(ones([2], { binary: true }), 2).binary);
  assertThrows(() => repeatSteps(ones([2]), 0), RangeError, "steps is 0");
  assertThrows(() => repeatSteps(ones([2]), undefined as never), TypeError, "steps is missing");
});
