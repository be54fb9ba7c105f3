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
import { assert, assertEquals } from "@std/assert";
import { webgpu } from "./mod.ts";
import { checkDeviceScan } from "./testing/check_device_scan.ts";
import { recomputationSuite } from "./testing/recomputation_suite.ts";

await onGpu("recomputation", recomputationSuite);

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
