import { assertEquals, assertThrows } from "@std/assert";
import { assertSameBits, floats, generator } from "@spikeloop/dev/testing";
import { evaluator } from "@spikeloop/backend/evaluator";
import * as e from "@spikeloop/expr";
import { tensor } from "./create.ts";
import { elementwiseAll } from "./elementwise.ts";
import { elementwiseTogether } from "./elementwise_together.ts";
import { grad } from "./grad.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";

type Slots = readonly e.Expr[];
const formula = (...[a, b, c]: Slots) => [e.add(a, e.mul(b, c)), e.mul(a, a)];
const apart = elementwiseAll("blend", 3, formula);
const together = elementwiseTogether("blend", 3, formula);

testEach("one pass over several tensors has the bits of one pass each", (backend) => {
  const random = generator(1);
  let earlier: readonly Tensor[] | undefined;
  for (const number of [0.5, -2, NaN]) {
    // The largest takes several tiles; the results of a pass are the arguments of the next one.
    const [a, b] = [0, 1].map(() =>
      [[3], [0], [2, 500], [], [97, 101], [7]].map((shape) =>
        tensor(floats(random, shape.reduce((p, n) => p * n, 1)), shape, { backend })
      )
    );
    const first = earlier ?? a;
    const results = together([first, b, number]);
    first.forEach((x, i) => {
      apart(x, b[i], number).forEach((want, slot) => {
        const result = results[slot][i];
        assertEquals(result.shape, want.shape);
        assertSameBits(result.dataSync(), want.dataSync(), `set ${i}, output ${slot}`);
      });
    });
    [earlier] = results;
  }
});

testEach("where one pass isn't possible each set has its own", (backend) => {
  const make = (...numbers: number[]) => tensor(numbers, [numbers.length], { backend });
  const [a, b] = [make(1, 2), make(3)];
  const [results] = together([[a, b], [5, 4], [2, 0.5]]); // numbers that differ
  assertEquals(results.map((x) => [...x.dataSync()]), [[11, 12], [5]]);
  const slopes = grad((p: Tensor[]) => sum(together([p, 2, 3])[1][1]))([a, b]);
  assertEquals(slopes.map((g) => [...g.dataSync()]), [[0, 0], [6]]);
});

Deno.test("sets are on one backend each, and no set has no results", () => {
  const there = tensor(2, [], { backend: evaluator });
  assertThrows(
    () => together([[tensor(1)], [there], 3]),
    TypeError,
    'Cannot run blend: one tensor is on "cpu", another on "evaluator"',
  );
  assertEquals(together([[], 2, []]), [[], []]);
});
