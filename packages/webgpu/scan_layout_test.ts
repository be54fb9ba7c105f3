import { recordShaders } from "@spikeloop/dev";
import { currentBased, leaky, slopes } from "@spikeloop/dev/testing";
import type { CompleteBackend, ScanKernel, Storage } from "@spikeloop/backend";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { occupancy, processors } from "./occupancy.ts";
import { exchangedNumbers, layoutOf, type Pass, stepsAhead } from "./scan_layout.ts";

const limits = {
  maxBufferSize: 2 ** 30,
  maxStorageBufferBindingSize: 2 ** 30,
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupStorageSize: 16384,
};

const layout = (
  batch: number,
  units: number,
  group: number,
  pass: Pass = "forward",
  most = 2 ** 18,
) => layoutOf({ limits }, { batch, units, group, delay: 1 }, "test", pass, most);

Deno.test("occupancy() is limited by threads, workgroups, registers or memory", () => {
  const [consumer, dataCentre] = processors;
  const of = (threads: number, registers: number, bytes = 1024) =>
    [consumer, dataCentre].map((p) => occupancy(p, { threads, registers, bytes }));
  assertEquals(of(128, 32), [1, 1]);
  assertAlmostEquals(of(64, 32)[0], 2 / 3); // 16 workgroups of two warps
  assertEquals(of(64, 39)[1], 25 * 2 / 64); // registers
  assertEquals(of(128, 32, 16384)[0], 5 * 4 / 48); // memory
  assertEquals(of(1024, 65)[0], 0);
});

Deno.test("forward passes of groups of ten fill processors of 48 and of 64 warps", () => {
  const { threads, busy } = layout(65536, 80, 10);
  assertEquals([threads, busy], [128, 120]);
  const bytes = 4 * exchangedNumbers({ threads, group: 10 });
  // The shader's registers, as NVIDIA's compiler 13.5 allots them for processors 8.6 and 9.0.
  const registers = [39, 32];
  processors.forEach((p, i) =>
    assertEquals(occupancy(p, { threads, registers: registers[i], bytes }), 1)
  );
});

/** Bytes that a processor of an H100 moves per cycle, and cycles from a load to its number. */
const [bytesPerCycle, latency] = [13, 1230];

/**
 * The cycles that a step of a warp takes a processor in a backward pass: to work (it moves 12 bytes
 * per thread, and reads workgroup memory twice per unit of a group), and if it only waited for 8
 * bytes per thread.
 */
function backwardCycles(group: number, registers: number): { work: number; wait: number } {
  const { threads, busy } = layout(65536, 8 * group, group, "backward");
  const bytes = 4 * (exchangedNumbers({ threads, group }) + 16 * threads);
  const [, processor] = processors;
  const warps = processor.warps * occupancy(processor, { threads, registers, bytes });
  const useful = busy / threads;
  const onTheirWay = warps * useful * 32 * 4 * stepsAhead("backward", group);
  const exchange = (2 * group + 6) / useful;
  return {
    work: Math.max(exchange, 12 * 32 / bytesPerCycle),
    wait: 8 * 32 * latency / onTheirWay,
  };
}

Deno.test("backward passes wait at most half as long again as they work, without a cliff", () => {
  // The shaders' registers, as NVIDIA's compiler 13.5 allots them for processors 9.0.
  const registers = [
    ...[[3, 32], [8, 56], [10, 64], [12, 64], [16, 80], [20, 96], [24, 124], [28, 127]],
    ...[[32, 128], [33, 159], [40, 162], [48, 253], [56, 255], [64, 255]],
  ];
  let before = 0;
  for (const [group, count] of registers) {
    const { work, wait } = backwardCycles(group, count);
    assert(wait <= 1.52 * work, `${group}: ${wait} and ${work} cycles`);
    const cycles = Math.max(work, wait);
    assert(before === 0 || cycles <= 1.75 * before, `${group}: ${cycles} after ${before} cycles`);
    before = cycles;
  }
});

Deno.test("threads keep their unit from turn to turn, and take every element once", () => {
  for (
    const [batch, units, group] of [[9000, 30, 10], [50_000, 12, 0], [700, 4096, 8], [3, 9, 3]]
  ) {
    const { busy, workgroups, turns, stride, rows } = layout(batch, units, group, "forward", 8192);
    const threads = workgroups[0] * workgroups[1] * busy;
    assert(turns * threads >= batch * units);
    assert((turns - 1) * threads < batch * units);
    if (turns === 1) assertEquals(rows, batch);
    else assertEquals([stride, stride % units, rows], [threads, 0, threads / units]);
  }
});

Deno.test("no thread reads what another group of the workgroup writes", () => {
  for (const pass of ["forward", "backward"] as const) {
    for (let group = 1; group <= 300; group++) {
      const { threads } = layout(1, group, group, pass);
      const page = exchangedNumbers({ threads, group }) / 2;
      // The last thread, which may be left over, reads the values of its own group.
      const mates = threads - 1 - (threads - 1) % group;
      assert(page >= threads && mates + group <= page, `${group}`);
    }
  }
});

/** The text of both passes over five steps. */
async function passes(kernel: ScanKernel, group: number): Promise<string[]> {
  const shaders = await recordShaders((gpu: CompleteBackend) => {
    const units = 2 * Math.max(1, group);
    const make = (length: number) => gpu.upload(new Float32Array(length)) as Storage;
    const args = {
      ...{ steps: 5, batch: 3, units, group, delay: 1, x: make(15 * units), noise: [] },
      state: kernel.states.map(() => make(3 * units)),
      lateral: group > 0 ? make(3 * units) : undefined,
      weight: group > 0 ? make(units * group) : undefined,
      bias: group > 0 ? make(units) : undefined,
      params: kernel.params.map(() => 0.5),
    };
    const { out } = gpu.scan(kernel, args, []);
    const state = kernel.states.map(() => undefined);
    const params = kernel.params.map(() => "none" as const);
    gpu.scanBackward(kernel, args, out, { out: args.x, state, lateral: undefined }, {
      ...{ weights: group > 0, params, state: false },
    });
  });
  return shaders.slice(0, 2);
}

/** The loads and stores of global memory in the loops over time. */
function traffic(text: string): { loads: number; stores: number } {
  const loops = text.split("for (var t = ").slice(1).map((part) => {
    const indentation = text.slice(0, text.indexOf(part)).split("\n").at(-1)?.match(/^ */)?.[0];
    return part.slice(0, part.indexOf(`\n${indentation}}`));
  });
  const count = (pattern: RegExp) => loops.join("\n").match(pattern)?.length ?? 0;
  return { loads: count(/\bb\d+\[/g), stores: count(/\bresult\[/g) };
}

Deno.test("a unit moves 8 bytes a step forward and 12 backward, weights included", async () => {
  for (const kernel of [currentBased(slopes.rect), leaky(slopes.rational)]) {
    for (const group of [10, 0]) {
      const [forward, backward] = await passes(kernel, group);
      // Two steps.
      assertEquals(traffic(forward), { loads: 2, stores: 2 });
      assertEquals(traffic(backward), { loads: 4, stores: 2 });
      // One number per step stays in workgroup memory, and none in arrays of threads.
      assert(/kept: array<f32, 1024>/.test(backward));
      for (const text of [forward, backward]) assert(!/var \w+: array/.test(text));
    }
  }
});
