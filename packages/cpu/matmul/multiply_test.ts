import { assert, assertEquals } from "@std/assert";
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
import { spoilStaging } from "../testing/spoil_staging.ts";
import { noWorkers, withWorkers } from "../testing/start_workers.ts";
import type { PooledWorker } from "../threads/pooled_worker.ts";
import { multiply, sharedRows } from "./multiply.ts";
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
    let [shared, taken] = [0, 0];
    await withWorkers(2, (workers) => {
      for (let i = 0; i < trials(60, 1000); i++) {
        const [k, n] = [integer(random, 1, 300), integer(random, 1, 300)];
        const m = Math.min(2000, Math.ceil((1 << 20) / (k * n))) + integer(random, 0, 300);
        const [transposeA, transposeB] = [random() < 0.5, random() < 0.5];
        const [binaryA, binaryB] = [random() < 0.3, random() < 0.3];
        const factor = (count: number, binary: boolean) => {
          const rate = choice(random, [0.1, 0.4, 1]);
          return binary ? spikes(random, count, rate) : sparse(random, count, rate);
        };
        const a = { data: factor(m * k, binaryA), at: 0, rows: m, columns: k };
        const b = { data: factor(k * n, binaryB), at: 0, rows: k, columns: n };
        const bias = random() < 0.5 ? floats(random, n) : undefined;
        const below = choice(random, [0, 0.3, Infinity]);
        const run = (workers: readonly PooledWorker[]) => {
          const result = new Float32Array(m * n);
          const product = productOf(
            { ...a, transposed: transposeA, binary: binaryA },
            { ...b, transposed: transposeB, binary: binaryB },
            { swapped, below, density: 1 },
            { result, at: 0, bias },
          );
          const rows = sharedRows(product);
          if (rows !== undefined) shared++;
          return { result, isDone: multiply(product, rows === undefined ? [] : workers, rows) };
        };
        const swapped = random() < 0.5;
        const alone = run([]);
        const some = workers.slice(i % 2);
        spoilStaging();
        const together = run(some);
        const what = JSON.stringify({ m, k, n, transposeA, transposeB, binaryA, binaryB, swapped });
        assertEquals(together.isDone, alone.isDone, what);
        if (alone.isDone) assertSameBits(together.result, alone.result, what);
        taken += some.length;
      }
    });
    assert(shared > trials(60, 1000) && taken > 0);
  },
);

Deno.test("products are shared where they are large and a block holds all of the depth", () => {
  const isShareable = ({ m = 64, k = 128, n = 128, density = 1 }) => {
    const data = new Float32Array();
    const a = { data, at: 0, rows: m, columns: k, transposed: false, binary: false };
    const b = { data, at: 0, rows: k, columns: n, transposed: true, binary: false };
    const target = { result: data, at: 0, bias: undefined };
    const approach = { swapped: false, below: 0, density };
    return sharedRows(productOf(a, b, approach, target)) !== undefined;
  };
  assert(isShareable({}));
  assert(!isShareable({ m: 60 }));
  assert(!isShareable({ density: 0.9 }));
  assert(!isShareable({ k: 4096 }));
  assert(!isShareable({ m: 3, k: 1024, n: 1024 }));
});
