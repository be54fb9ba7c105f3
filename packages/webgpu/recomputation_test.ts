import { noGpu, onGpu, testUnless } from "@spikeloop/dev";
import {
  adaptive,
  currentBased,
  generator,
  leaky,
  noisyCount,
  scanCase,
  slopes,
} from "@spikeloop/dev/testing";
import { assert, assertEquals, assertGreater } from "@std/assert";
import { webgpu } from "./mod.ts";
import { checkDeviceScan } from "./testing/check_device_scan.ts";
import { compareRecomputation, type RecomputationExtents } from "./recomputation.ts";

const extents: RecomputationExtents[] = [
  { steps: 12, batch: 50, units: 20, group: 10 },
  { steps: 40, batch: 20, units: 14, group: 7 }, // with checkpoints
  { steps: 9, batch: 30, units: 40, group: 0 },
];

await onGpu("recomputation", (gpu) => {
  Deno.test("a backward pass computes the membranes of the forward pass again, to the bit", async () => {
    for (const e of extents) {
      const { units, spikes, others, flips } = await compareRecomputation(gpu, e);
      assertEquals([units, others, flips], [e.batch * e.units, 0, 0]);
      assertGreater(spikes, units / 50);
    }
  });
});

testUnless(
  await noGpu(),
  "where a driver computes other bits again, the backward pass reads what the forward pass left",
  async () => {
    using gpu = await webgpu({ recompute: false });
    assertEquals(gpu.info.recomputes, false);
    const random = generator(15);
    const cases = [
      scanCase(currentBased(slopes.rect), { steps: 6, batch: 3, groups: 3, group: 7 }, random),
      scanCase(leaky(slopes.rational, true), { steps: 1, batch: 3, groups: 3, group: 2 }, random),
      scanCase(noisyCount(), { steps: 5, batch: 3, groups: 4, group: 0 }, random),
      scanCase(
        adaptive(slopes.rational),
        { steps: 9, batch: 2, groups: 2, group: 3, delay: 2 },
        random,
      ),
    ];
    for (const { wants, ...others } of cases) {
      // Numbers have no gradient.
      const params = others.args.params.map((p) => typeof p === "number" ? "none" : "sum");
      const scanCase = { ...others, wants: { ...wants, params } };
      // Then x and the states are no longer needed: nothing is computed again.
      const isCompared = await checkDeviceScan(gpu, scanCase, (args) => {
        args.x = gpu.upload(new Float32Array(args.x.length).fill(NaN));
        args.state = args.state.map((s) => gpu.upload(new Float32Array(s.length).fill(NaN)));
      });
      assert(isCompared, scanCase.title);
    }
  },
);
