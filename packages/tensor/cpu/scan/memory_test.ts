import { assert, assertEquals } from "@std/assert";
import { countAllocations } from "../../testing/count_allocations.ts";
import type { Storage } from "../../backend.ts";
import { bindScan } from "../../bind_scan.ts";
import type { ScanState } from "../../scan_setting.ts";
import { Tensor } from "../../tensor.ts";
import { cpu } from "../cpu.ts";
import { generator } from "../../testing/random.ts";
import { type ScanCase, scanCase } from "../../testing/scan_case.ts";
import { currentBased, slopes } from "../../testing/scan_models.ts";
import { scanBackward } from "./backward.ts";
import { scan } from "./forward.ts";
import { scratch } from "./scratch.ts";

const kernel = currentBased(slopes.rect);

/** Results that are smaller share buffers of this size. */
const sharedBytes = 1 << 16;

/** What everything that must be in the scratch memory at a time takes at most, for the extents below. */
const mostScratchBytes = 16 << 20;

function problem(steps: number, batch: number): ScanCase {
  const made = scanCase(kernel, { steps, batch, pops: 8, group: 10 }, generator(batch));
  const { out, state, lateral } = made.cotangents;
  return {
    ...made,
    cotangents: { out, state: state.map(() => undefined), lateral: lateral && undefined },
    wants: { weights: true, params: made.wants.params.map(() => "none"), state: false },
  };
}

const forward = ({ args }: ScanCase) => scan(kernel, args, []);
const backward = ({ args, cotangents, wants }: ScanCase) =>
  scanBackward(kernel, args, args.x, cotangents, wants);

/** Bytes of a record's arrays, each once. */
function bytesOf(result: object): number {
  const arrays = Object.values(result).flat().filter((x) => x instanceof Float32Array);
  return arrays.reduce((bytes, x) => bytes + x.byteLength, 0);
}

for (const [name, run] of Object.entries({ forward, backward })) {
  Deno.test(`${name}: whatever the batch, nothing but results is allocated, and one tile is enough`, () => {
    const small = problem(16, 256);
    run(small);
    const before = scratch().memory.buffer.byteLength;
    assert(before <= mostScratchBytes, `${before} bytes of scratch memory`);
    for (const batch of [512, 1024]) {
      const large = problem(16, batch);
      const { args } = large;
      let result = {};
      const { bytes } = countAllocations(() => {
        result = run(large);
      });
      assert(bytes >= args.x.length * 4, "the allocation of results is counted");
      assert(bytes <= bytesOf(result) + sharedBytes, `${bytes} bytes for ${bytesOf(result)}`);
    }
    assertEquals(scratch().memory.buffer.byteLength, before);
  });
}

Deno.test("10,000 steps at N = 1 make a few hundred buffers: small results share them", () => {
  const { args } = problem(1, 1);
  const tensor = (data: Storage, shape: number[]) => new Tensor(cpu, data, shape);
  const { units, group, weight, bias } = args;
  assert(weight && bias && args.lateral);
  const step = bindScan({
    kernel,
    units,
    params: [0.5, 0.5, 0],
    lateral: { group, weight: tensor(weight, [units, 1, group]), bias: tensor(bias, [units]) },
  });
  const x = tensor(args.x, [1, units]);
  let state: ScanState = {
    values: args.state.map((s) => tensor(s, [1, units])),
    lateral: tensor(args.lateral, [1, units]),
  };
  const { buffers, bytes } = countAllocations(() => {
    for (let t = 0; t < 10_000; t++) state = step(state, x).state;
  });
  const resultBytes = 10_000 * 4 * 4 * units;
  assert(bytes >= resultBytes && bytes <= 1.1 * resultBytes, `${bytes} for ${resultBytes} bytes`);
  assert(buffers <= bytes / sharedBytes + 1, `${buffers} buffers`);
});

Deno.test("forward: whatever the number of steps, one tile is enough", () => {
  forward(problem(64, 64));
  const before = scratch().memory.buffer.byteLength;
  forward(problem(512, 64));
  assertEquals(scratch().memory.buffer.byteLength, before);
});

Deno.test("backward: memory grows with the square root of the number of steps at most", () => {
  const sizes = [1024, 4096].map((steps) => {
    backward(problem(steps, 16));
    return scratch().memory.buffer.byteLength;
  });
  assert(sizes[1] <= Math.min(2 * sizes[0], mostScratchBytes), `${sizes} bytes of scratch memory`);
});
