import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseExtents } from "./extents.ts";
import type { Row } from "./measure_shape.ts";
import { crossover, report } from "./report.ts";
import { median, secondsPerRun } from "./seconds_per_run.ts";

const row = (batch: number, cpu: number, gpu?: number): Row => ({
  model: "LIF",
  extents: { steps: 5, batch, actDim: 8, decPopDim: 10 },
  cpu: { forward: cpu, both: 2 * cpu },
  gpu: gpu === undefined ? undefined : { forward: gpu, both: 2 * gpu },
  copy: gpu === undefined ? undefined : gpu / 2,
  spikeRate: 0.25,
  flipped: gpu === undefined ? undefined : 0,
  reason: gpu === undefined ? "too large" : undefined,
});

Deno.test("crossover() is where the GPU begins to be the faster for good", () => {
  const rows = [row(1, 1, 9), row(10, 9, 8), row(100, 90, 99), row(1000, 900, 100), row(9000, 9)];
  assertEquals(crossover(rows, "forward"), 5 * 1000 * 80);
  assertEquals(crossover(rows.slice(0, 3), "forward"), undefined);
});

Deno.test("report() sets CPU, GPU and SpikingJelly side by side and says what is missing", () => {
  const page = report({
    machine: ["GPU: one of glass"],
    warnings: ["It is fragile"],
    rows: [row(1, 2e-6, 1e-3), row(9, 1)],
    torch: {
      machine: "torch of iron",
      warnings: ["no CUDA"],
      rows: [{ model: "LIF", backend: "eager", shape: [5, 1, 8, 10], forward: 0.01, both: 0.02 }],
    },
  });
  for (const part of ["GPU: one of glass", "It is fragile", "torch of iron", "no CUDA"]) {
    assertStringIncludes(page, part);
  }
  assertStringIncludes(page, "(5, 9, 8, 10): too large");
  assertStringIncludes(
    page,
    "| (5, 1, 8, 10) | 2 µs | 1 ms | 0.002x | 0.0032 | 50 % | 10 ms | 10x |",
  );
  assertStringIncludes(page, "| (5, 9, 8, 10) | 1000 ms | – | – | – | – | – | – |");
  assertStringIncludes(page, "| LIF | (5, 1, 8, 10) | 25.0 % | 0 of 400 |");
});

Deno.test("secondsPerRun() waits once per sample and gives the time of one run", async () => {
  let [runs, settled] = [0, 0];
  const workload = {
    run: () => void runs++,
    settle: () => Promise.resolve(void settled++),
  };
  const seconds = await secondsPerRun(workload, { sampleSeconds: 1e9, totalSeconds: 0 });
  // Two runs to warm up, then three samples of as many runs as are allowed.
  assertEquals({ runs, settled }, { runs: 2 + 3 * 1000, settled: 5 });
  assert(seconds >= 0);
  assertEquals(median([3, 1, 2, 10]), 2.5);
});

Deno.test("parseExtents() refuses what is not four positive integers", () => {
  assertEquals(parseExtents("5,100,8,10"), { steps: 5, batch: 100, actDim: 8, decPopDim: 10 });
  for (const text of ["5,100,8", "5,100,8,0", "5,1.5,8,10", "a,1,8,10"]) {
    assertThrows(() => parseExtents(text), RangeError, text);
  }
});
