import { onGpu } from "@spikeloop/dev";
import {
  currentBased,
  generator,
  integer,
  scanCase,
  scanModels,
  slopes,
  trials,
} from "@spikeloop/dev/testing";
import { assert, assertGreater } from "@std/assert";
import { tuning } from "./scan_layout.ts";
import { checkDeviceScan } from "./testing/check_device_scan.ts";

/** Extents on both sides of every boundary of the shaders. */
const extents = [
  { steps: 1, batch: 1, groups: 1, group: 1 },
  { steps: 5, batch: 1, groups: 8, group: 10 },
  // Two workgroups, with threads left over.
  { steps: 3, batch: 5, groups: 3, group: 7 },
  // Threads keep the weights of up to 64 units, in the backward pass one direction at a time. In
  // larger groups, the gradient of the weights is a product of matrices.
  { steps: 2, batch: 3, groups: 3, group: 17 },
  { steps: 2, batch: 2, groups: 2, group: 200 },
  // The time axis has several segments, with checkpoints between them.
  { steps: 70, batch: 2, groups: 3, group: 5 },
  { steps: 4, batch: 3, groups: 17, group: 0 },
  { steps: 130, batch: 1, groups: 3, group: 0 },
  // Spikes arrive later: within the sequence, partly after it, all after it; over several segments.
  { steps: 6, batch: 3, groups: 3, group: 7, delay: 2 },
  { steps: 6, batch: 2, groups: 2, group: 5, delay: 4 },
  { steps: 3, batch: 2, groups: 2, group: 5, delay: 7 },
  { steps: 70, batch: 2, groups: 3, group: 5, delay: 9 },
];

/** Nothing to compute, and nothing to compile. */
const empty = [
  { steps: 3, batch: 0, groups: 2, group: 3 },
  { steps: 2, batch: 3, groups: 0, group: 3 },
];

/**
 * A software GPU compiles slowly, about half a second a shader. So every model runs each
 * `stride`-th of the extents, and the models in turn run them all; a trial runs every model on
 * every one.
 */
const stride = trials(4, 1);

await onGpu("scans", (gpu) => {
  Deno.test("threads take several rows of a batch that is larger than the grid", async () => {
    const { forwardThreads, backwardThreads } = tuning;
    Object.assign(tuning, { forwardThreads: 256, backwardThreads: 256 });
    try {
      const extents = { steps: 3, batch: 41, groups: 3, group: 10 };
      const { wants, ...others } = scanCase(currentBased(slopes.rational), extents, generator(1));
      const all = { weights: true, params: wants.params.map(() => "sum" as const) };
      assert(await checkDeviceScan(gpu, { ...others, wants: all }));
    } finally {
      Object.assign(tuning, { forwardThreads, backwardThreads });
    }
  });

  for (const [i, kernel] of scanModels.entries()) {
    Deno.test(`${kernel.name} (${i}) on the GPU steps as the evaluator does, forward and backward`, async () => {
      const random = generator(i + 1);
      const own = extents.filter((_, j) => (i + j) % stride === 0);
      const drawn = Array.from({ length: trials(1, 10) }, () => ({
        steps: integer(random, 1, 7),
        batch: integer(random, 1, 20),
        groups: integer(random, 1, 9),
        group: integer(random, 0, trials(12, 70)),
      }));
      const cases = [...own, ...empty, ...drawn].map((e) => scanCase(kernel, e, random));
      const compared = await Promise.all(cases.map((c) => checkDeviceScan(gpu, c)));
      assertGreater(compared.filter((c) => c).length, cases.length / 2);
    });
  }
});
