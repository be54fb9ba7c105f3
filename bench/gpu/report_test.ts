import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseExtents } from "./extents.ts";
import type { Row } from "./measure_shape.ts";
import { crossover, report } from "./report.ts";
import { quick, secondsPerRun, thorough } from "./seconds_per_run.ts";

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
  assertEquals(crossover([...rows.slice(0, 3), row(1000, 9, 0)], "forward"), undefined);
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

Deno.test("report() has no ratio of a time that was too short to be seen", () => {
  const torch = { model: "LIF", backend: "eager", shape: [5, 1, 8, 10], forward: 0, both: 0.02 };
  const page = report({
    ...{
      machine: [],
      warnings: [],
      rows: [{ ...row(1, 2e-6, 1e-3), cpu: { forward: 0, both: 1 } }],
    },
    torch: { machine: undefined, warnings: [], rows: [torch] },
  });
  assertStringIncludes(page, "| (5, 1, 8, 10) | – | 1 ms | – | 0.0032 | 50 % | – | – |");
  assertStringIncludes(page, "| (5, 1, 8, 10) | 1000 ms | 2 ms | 500x | 20 ms | 10x |");
});

/**
 * A device whose queue takes `cost` per run, and whose wait lasts `wait` longer, by its own clock.
 */
function fakeQueue(cost: number, wait: number, host = 0, jitter = 0) {
  let [time, busyUntil, seed] = [0, 0, 1];
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return {
    clock: () => time,
    workload: {
      run: () => {
        time += host;
        busyUntil = Math.max(busyUntil, time) + cost;
      },
      settle: () => {
        time = Math.max(busyUntil, time) + wait + jitter * random();
        return Promise.resolve();
      },
    },
  };
}

Deno.test("secondsPerRun() gives the time of the work, however long the wait for the device lasts", async () => {
  for (const effort of [thorough, quick]) {
    for (const cost of [2e-6, 5e-5, 3e-4, 1.5e-3, 5e-3, 0.2]) {
      for (const [wait, jitter] of [[0, 0], [0.01, 0], [0.01, 0.01], [0.1, 0.001]]) {
        const { workload, clock } = fakeQueue(cost, wait, cost / 10, jitter);
        const seconds = await secondsPerRun(workload, effort, clock);
        const named = `${cost} s, wait ${wait} ± ${jitter} s: ${seconds}`;
        assert(Math.abs(seconds - cost) <= 0.1 * cost, named);
      }
    }
  }
  // Where the host is the slower part, its time counts.
  const { workload, clock } = fakeQueue(1e-4, 0.01, 4e-4);
  const seconds = await secondsPerRun(workload, quick, clock);
  assert(Math.abs(seconds - 4e-4) <= 4e-5, `${seconds}`);
});

Deno.test("secondsPerRun() reads the clock of the engine, in milliseconds, where it is given none", async () => {
  const { workload, clock } = fakeQueue(3e-4, 0.01);
  const { now } = performance;
  performance.now = () => 1000 * clock();
  try {
    const seconds = await secondsPerRun(workload, thorough);
    assert(Math.abs(seconds - 3e-4) <= 3e-5, `${seconds}`);
  } finally {
    performance.now = now;
  }
});

Deno.test("secondsPerRun() ends where runs take no time", async () => {
  let runs = 0;
  const workload = { run: () => void runs++, settle: () => Promise.resolve() };
  const seconds = await secondsPerRun(workload, { sampleSeconds: 1e9, totalSeconds: 0 }, () => 0);
  assertEquals(seconds, 0);
  assert(runs < 2 ** 21);
});

Deno.test("parseExtents() refuses what is not four positive integers", () => {
  assertEquals(parseExtents("5,100,8,10"), { steps: 5, batch: 100, actDim: 8, decPopDim: 10 });
  for (const text of ["5,100,8", "5,100,8,0", "5,1.5,8,10", "a,1,8,10"]) {
    assertThrows(() => parseExtents(text), RangeError, text);
  }
});
