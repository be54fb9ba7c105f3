import { assert } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import {
  assertSameBits,
  choice,
  floats,
  generator,
  integer,
  spikes,
  trials,
} from "@spikeloop/dev/testing";
import { noWorkers, withWorkers } from "../testing/start_workers.ts";
import { isProductShareable, multiply } from "./multiply.ts";
import { productOf } from "./plan.ts";

/** Numbers of which some are 0, and a few perhaps not finite. */
function sparse(random: () => number, count: number, rate: number): Float32Array {
  return floats(random, count, 1e-6).map((x) => random() < rate ? x : 0);
}

testUnless(
  noWorkers,
  "a product of which a worker computes rows has the bits of one thread",
  async () => {
    const random = generator(21);
    await withWorkers(2, () => {
      for (let i = 0; i < trials(40, 1000); i++) {
        const [k, n] = [integer(random, 20, 300), integer(random, 20, 300)];
        const m = Math.ceil((1 << choice(random, [20, 24])) / (k * n)) + integer(random, 8, 99);
        const isBinary = random() < 0.3;
        const factor = (count: number, isBinary: boolean) => {
          const rate = choice(random, [0.1, 0.4, 1]);
          return isBinary ? spikes(random, count, rate) : sparse(random, count, rate);
        };
        const a = {
          data: factor(m * k, isBinary),
          at: 0,
          rows: m,
          columns: k,
          transposed: random() < 0.5,
          binary: isBinary,
        };
        const b = {
          data: factor(k * n, false),
          at: 0,
          rows: k,
          columns: n,
          transposed: random() < 0.5,
          binary: false,
        };
        const approach = { swapped: !isBinary && random() < 0.5, below: choice(random, [0, 0.5]) };
        const bias = random() < 0.5 ? floats(random, n) : undefined;
        const run = (workers: number) => {
          const target = { result: new Float32Array(m * n), at: 0, bias };
          const product = productOf(a, b, { ...approach, density: 1 }, target);
          assert(multiply(product, workers));
          return target.result;
        };
        const together = run(2 - i % 2);
        assertSameBits(together, run(0), JSON.stringify({ m, k, n, isBinary, ...approach }));
      }
    });
  },
);

Deno.test("products are shared where they are large", () => {
  const data = new Float32Array();
  const isShareable = ({ m = 64, k = 128, n = 128, density = 1 }) => {
    const a = { data, at: 0, rows: m, columns: k, transposed: false, binary: false };
    const b = { data, at: 0, rows: k, columns: n, transposed: true, binary: false };
    const target = { result: data, at: 0, bias: undefined };
    return isProductShareable(productOf(a, b, { swapped: false, below: 0, density }, target));
  };
  assert(isShareable({}));
  assert(!isShareable({ m: 60 }));
  assert(!isShareable({ density: 0.9 }));
  assert(isShareable({ m: 80, density: 0.9 }));
  assert(!isShareable({ m: 7, k: 1000, n: 1000 }));
});
