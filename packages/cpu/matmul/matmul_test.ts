import type { MatmulSpec } from "@spikeloop/backend";
import { evaluateAffine as affine, evaluateMatmul as evaluate } from "@spikeloop/backend/evaluator";
import {
  assertSameBits,
  choice,
  floats,
  generator,
  integer,
  spikes,
  trials,
} from "@spikeloop/dev/testing";
import { spoilStaging } from "../testing/spoil_staging.ts";
import { cpuMatmul, matmulBy } from "./matmul.ts";

type Random = () => number;

function randomSpec(random: Random, largest: number): MatmulSpec {
  const extent = () => integer(random, 0, 20) === 0 ? 0 : integer(random, 1, largest);
  const flip = () => random() < 0.5;
  return {
    batch: random() < 0.8 ? 1 : integer(random, 0, 3),
    m: extent(),
    k: extent(),
    n: extent(),
    transposeA: flip(),
    transposeB: flip(),
    sharedA: random() < 0.3,
    sharedB: random() < 0.3,
    binaryA: random() < 0.3,
    binaryB: random() < 0.3,
  };
}

/** A factor: zeros and ones, or numbers of which some are 0 and some, perhaps, are not finite. */
function factor(random: Random, count: number, binary: boolean): Float32Array {
  const rate = choice(random, [0, 0.05, 0.3, 0.9]);
  if (binary) return spikes(random, count, rate);
  const numbers = floats(random, count, choice(random, [0, 0, 0.002]));
  return rate === 0.9 ? numbers : numbers.map((x) => random() < rate ? x : 0);
}

function compare(random: Random, spec: MatmulSpec, what: string): void {
  const { batch, m, k, n } = spec;
  const a = factor(random, (spec.sharedA ? 1 : batch) * m * k, spec.binaryA);
  const b = factor(random, (spec.sharedB ? 1 : batch) * k * n, spec.binaryB);
  const want = evaluate(spec, a, b);
  spoilStaging();
  assertSameBits(cpuMatmul(spec, a, b), want, `${what} ${JSON.stringify(spec)}`);
  const approach = {
    swapped: random() < 0.5,
    below: choice(random, [0, 0.3, Infinity]),
    density: 1,
  };
  const forced = `${what} ${JSON.stringify({ ...approach, ...spec })}`;
  spoilStaging();
  assertSameBits(matmulBy(approach, spec, a, b), want, forced);
  if (spec.k === 0) return;
  const bias = floats(random, spec.n).map((x) => random() < 0.2 ? -0 : x);
  spoilStaging();
  const plus = matmulBy(approach, spec, a, b, bias);
  assertSameBits(plus, affine(spec, a, b, bias), `${forced} plus a bias`);
}

Deno.test("matmul has the evaluator's bits on random shapes, densities and transpositions, whichever way", () => {
  const random = generator(1);
  for (let trial = 0; trial < trials(800, 20_000); trial++) {
    compare(random, randomSpec(random, choice(random, [3, 9, 24, 70])), `trial ${trial}`);
  }
});

Deno.test("matmul has the evaluator's bits over several blocks of every extent", () => {
  const random = generator(2);
  for (
    const [m, k, n] of [
      [9, 2500, 17],
      [700, 130, 9],
      [5, 40, 9000],
      [1, 1300, 300],
      [300, 1, 500],
      [600, 260, 5],
      [2, 3, 40000],
      [40000, 3, 2],
      [1, 5, 70000],
    ]
  ) {
    for (let trial = 0; trial < 6; trial++) {
      const spec = { ...randomSpec(random, 1), batch: 1, m, k, n };
      compare(random, spec, `trial ${trial}`);
    }
  }
});
