import { assert, assertEquals } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import type { MatmulSpec } from "@spikeloop/backend";
import {
  assertSameBits,
  choice,
  floats,
  generator,
  integer,
  spikes,
  trials,
} from "@spikeloop/dev/testing";
import { noWorkers } from "../testing/start_workers.ts";
import { limitThreads, startThreads } from "../threads/threads.ts";
import { cpuMatmul } from "./matmul.ts";
import { productOf } from "./plan.ts";
import { sharedBlocks } from "./multiply.ts";

/** Numbers of which some are 0, and a few perhaps not finite. */
function sparse(random: () => number, count: number, rate: number): Float32Array {
  return floats(random, count, 1e-6).map((x) => random() < rate ? x : 0);
}

testUnless(
  noWorkers,
  "a product of which a worker computes rows has the bits of one thread",
  async () => {
    const random = generator(21);
    try {
      for (let i = 0; i < trials(9, 200); i++) {
        const [k, n] = [integer(random, 60, 900), integer(random, 40, 200)];
        const isBinary = i % 3 === 0;
        const m = Math.ceil((1 << (isBinary ? 26 : i % 3 === 1 ? 25 : 24)) / (k * n)) +
          integer(random, 0, 5);
        const spec: MatmulSpec = {
          batch: 1,
          m,
          k,
          n,
          transposeA: random() < 0.5,
          transposeB: random() < 0.5,
          sharedA: false,
          sharedB: false,
          binaryA: isBinary,
          binaryB: false,
        };
        const rate = choice(random, [0.1, 0.4, 1]);
        const a = isBinary ? spikes(random, m * k, rate) : sparse(random, m * k, rate);
        const b = floats(random, k * n);
        const bias = random() < 0.5 ? floats(random, n) : undefined;
        limitThreads(1);
        const alone = cpuMatmul(spec, a, b, bias);
        limitThreads(2);
        assertEquals(await startThreads(), 2);
        assertSameBits(cpuMatmul(spec, a, b, bias), alone, JSON.stringify(spec));
      }
    } finally {
      limitThreads(1);
    }
  },
);

Deno.test("products are shared where they are large and a block holds all of the depth", () => {
  const isShareable = (
    { m = 1024, k = 256, n = 256, binaryA = false, binaryB = false },
    below = 0,
  ) => {
    const data = new Float32Array();
    const a = { data, at: 0, rows: m, columns: k, transposed: false, binary: binaryA };
    const b = { data, at: 0, rows: k, columns: n, transposed: true, binary: binaryB };
    const target = { result: data, at: 0, bias: undefined };
    return sharedBlocks(productOf(a, b, { swapped: false, below }, target)) !== undefined;
  };
  assert(isShareable({}));
  assert(!isShareable({ m: 100 }));
  assert(isShareable({}, 0.5));
  assert(!isShareable({ m: 400 }, 0.5));
  assert(isShareable({ binaryA: true }, 0.8));
  assert(!isShareable({ m: 1000, binaryA: true }, 0.8));
  assert(!isShareable({ binaryB: true }));
  assert(!isShareable({ k: 4096 }));
});
