import type { ReduceOp } from "@spikeloop/backend";
import { evaluateReduce as evaluate } from "@spikeloop/backend/evaluator";
import { assertSameBits, choice, floats, generator, integer, trials } from "@spikeloop/dev/testing";
import { spoilStaging } from "../testing/spoil_staging.ts";
import { cpuExtreme, suitsLanes } from "./extreme.ts";
import { cpuSum } from "./sum.ts";

const ops: readonly ReduceOp[] = ["sum", "max", "min", "argmax", "argmin"];

/** Numbers with ties, and some that are hard to compare. */
function numbers(random: () => number, count: number): Float32Array {
  const x = floats(random, count, choice(random, [0, 0, 0.05]));
  return random() < 0.5 ? x : x.map((v) => Math.round(v));
}

function compare(op: ReduceOp, x: Float32Array, extents: [number, number, number]): void {
  spoilStaging();
  if (op !== "sum" && !suitsLanes(extents[1], extents[2])) return;
  const got = op === "sum" ? cpuSum(x, ...extents) : cpuExtreme(op, x, ...extents);
  assertSameBits(got, evaluate(op, x, ...extents), `${op} of [${extents}]`);
}

Deno.test("reductions have the evaluator's bits on random shapes", () => {
  const random = generator(1);
  for (let trial = 0; trial < trials(1500, 15_000); trial++) {
    const largest = choice(random, [3, 20, 60]);
    const [outer, inner] = [
      integer(random, 0, largest),
      choice(random, [1, integer(random, 0, largest)]),
    ];
    const axis = integer(random, 1, largest);
    compare(choice(random, ops), numbers(random, outer * axis * inner), [outer, axis, inner]);
  }
});

Deno.test("reductions have the evaluator's bits over many blocks", () => {
  const random = generator(2);
  for (
    const extents of [[2, 70001, 1], [3000, 37, 1], [1, 900, 250], [2, 7, 20001], [900, 11, 13], [
      1,
      1,
      80000,
    ]] as const
  ) {
    const x = numbers(random, extents[0] * extents[1] * extents[2]);
    for (const op of ops) compare(op, x, [...extents]);
  }
  for (const extents of [[2, 200_001, 1], [1, 70_000, 3], [3, 4097, 5], [1, 8192, 40]] as const) {
    compare("sum", numbers(random, extents[0] * extents[1] * extents[2]), [...extents]);
  }
});

Deno.test("the sum of nothing is 0", () => {
  assertSameBits(cpuSum(new Float32Array(0), 2, 0, 3), new Float32Array(6), "sum");
});
