import { assertAlmostEquals, assertEquals } from "@std/assert";
import { key } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import { makeCritic } from "./critic.ts";

Deno.test("a critic has the reference's names, and depends on the key alone", () => {
  const critic = makeCritic(3, 2, [8, 4]);
  const params = critic.init(key(0));
  assertEquals(Object.fromEntries(Object.entries(params).map(([name, x]) => [name, x.shape])), {
    "q.0.weight": [8, 5],
    "q.0.bias": [8],
    "q.2.weight": [4, 8],
    "q.2.bias": [4],
    "q.4.weight": [1, 4],
    "q.4.bias": [1],
  });
  assertEquals(critic.init(key(0))["q.2.weight"].dataSync(), params["q.2.weight"].dataSync());
});

Deno.test("a critic is a perceptron with ReLU between its layers, not after the last", () => {
  const critic = makeCritic(1, 1, [2]);
  const params = {
    "q.0.weight": tensor([[1, 2], [-1, 0]]),
    "q.0.bias": tensor([0.5, 0]),
    "q.2.weight": tensor([[-1, 3]]),
    "q.2.bias": tensor([0.25]),
  };
  const values = critic.apply(params, tensor([[1], [-2]]), tensor([[1], [0]]));
  assertEquals(values.shape, [2]);
  const [first, second] = values.dataSync();
  assertAlmostEquals(first, -(1 + 2 + 0.5) + 0.25, 1e-6);
  assertAlmostEquals(second, 3 * 2 + 0.25, 1e-6);
});
