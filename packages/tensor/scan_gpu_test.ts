import { onGpu } from "@spikeloop/dev";
import { assertGreater } from "@std/assert";
import { checkDeviceScan } from "./testing/check_device_scan.ts";
import { generator, integer, scanCase, scanModels } from "@spikeloop/dev/testing";

const extents = [
  { steps: 1, batch: 1, groups: 1, group: 1 },
  { steps: 5, batch: 1, groups: 8, group: 10 },
  { steps: 3, batch: 0, groups: 2, group: 3 },
  { steps: 2, batch: 3, groups: 0, group: 3 },
  { steps: 3, batch: 5, groups: 3, group: 26 },
  { steps: 70, batch: 2, groups: 3, group: 5 },
  { steps: 2, batch: 3, groups: 3, group: 64 },
  { steps: 2, batch: 2, groups: 2, group: 200 },
  { steps: 4, batch: 3, groups: 17, group: 0 },
  { steps: 130, batch: 1, groups: 3, group: 0 },
];

// A software GPU compiles slowly: every model runs half of the extents, its neighbour the other half.
await onGpu("scans", (gpu) => {
  for (const [i, kernel] of scanModels.entries()) {
    Deno.test(`${kernel.name} (${i}) on the GPU steps as the evaluator does, forward and backward`, async () => {
      const random = generator(i + 1);
      const more = {
        steps: integer(random, 1, 7),
        batch: integer(random, 1, 20),
        groups: integer(random, 1, 9),
        group: integer(random, 0, 70),
      };
      const half = extents.filter((_, j) => (i + j) % 2 === 0);
      const cases = [...half, more].map((e) => scanCase(kernel, e, random));
      const compared = await Promise.all(cases.map((c) => checkDeviceScan(gpu, c)));
      assertGreater(compared.filter((c) => c).length, cases.length / 2);
    });
  }
});
