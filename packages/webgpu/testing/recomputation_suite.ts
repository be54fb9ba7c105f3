import type { WebGpu } from "@spikeloop/webgpu";
import { assertEquals, assertGreater } from "@std/assert";
import { compareRecomputation, type RecomputationExtents } from "../recomputation.ts";

const extents: RecomputationExtents[] = [
  { steps: 12, batch: 50, units: 20, group: 10 },
  { steps: 40, batch: 20, units: 14, group: 7 }, // with checkpoints
  { steps: 9, batch: 30, units: 40, group: 0 },
];

/** Registers a test of the driver: both passes round alike. */
export function recomputationSuite(gpu: WebGpu): void {
  Deno.test("a backward pass computes the membranes of the forward pass again, to the bit", async () => {
    assertEquals(gpu.info.recomputes, true);
    for (const e of extents) {
      const { units, spikes, others, flips } = await compareRecomputation(gpu, e);
      assertEquals([units, others, flips], [e.batch * e.units, 0, 0]);
      assertGreater(spikes, units / 50);
    }
  });
}
