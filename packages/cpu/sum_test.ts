import { evaluateSum } from "@spikeloop/backend/evaluator";
import { assertSameBits, choice, floats, generator, integer, trials } from "@spikeloop/dev/testing";
import { spoilStaging } from "./testing/spoil_staging.ts";
import { cpuSum } from "./sum.ts";

/** Numbers, some of them not finite. */
function numbers(random: () => number, count: number): Float32Array {
  return floats(random, count, choice(random, [0, 0, 0.05]));
}

function compare(random: () => number, extents: readonly [number, number, number]): void {
  const x = numbers(random, extents[0] * extents[1] * extents[2]);
  spoilStaging();
  assertSameBits(cpuSum(x, ...extents), evaluateSum(x, ...extents), `sum of [${extents}]`);
}

Deno.test("sums have the evaluator's bits on random shapes", () => {
  const random = generator(1);
  for (let trial = 0; trial < trials(500, 15_000); trial++) {
    const largest = choice(random, [3, 20, 60]);
    const [outer, inner] = [
      integer(random, 0, largest),
      choice(random, [1, integer(random, 0, largest)]),
    ];
    const axis = integer(random, 1, largest);
    compare(random, [outer, axis, inner]);
  }
});

Deno.test("sums have the evaluator's bits over many blocks", () => {
  const random = generator(2);
  const large = [[2, 70_001, 1], [3000, 37, 1], [1, 900, 250], [2, 7, 20_001], [
    900,
    11,
    13,
  ]] as const;
  for (const extents of large) compare(random, extents);
  const long = [[2, 200_001, 1], [1, 70_000, 3], [3, 4097, 5], [1, 8192, 40], [
    1,
    1,
    80_000,
  ]] as const;
  for (const extents of long) compare(random, extents);
});

Deno.test("the sum of nothing is 0", () => {
  assertSameBits(cpuSum(new Float32Array(0), 2, 0, 3), new Float32Array(6), "sum");
});
