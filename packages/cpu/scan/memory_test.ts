import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  countAllocations,
  currentBased,
  generator,
  type ScanCase,
  scanCase,
  slopes,
} from "@spikeloop/dev/testing";
import { cpuScanBackward } from "./backward.ts";
import { cpuScan } from "./forward.ts";
import { closeLate, openLate } from "../late_array.ts";
import { limitThreads } from "../threads/threads.ts";
import { KeptValues } from "./kept_values.ts";
import { ScanMemory, scanMemory } from "./memory.ts";

limitThreads(1); // a worker that starts meanwhile would be counted

const kernel = currentBased(slopes.rect);

/** Results that are smaller share buffers of this size. */
const sharedBytes = 1 << 16;

/** The most bytes that the scan's memory holds at a time, for the extents below. */
const mostScratchBytes = 16 << 20;

function problem(steps: number, batch: number): ScanCase {
  const made = scanCase(kernel, { steps, batch, groups: 8, group: 10 }, generator(batch));
  const { out, state, lateral } = made.cotangents;
  return {
    ...made,
    cotangents: { out, state: state.map(() => undefined), lateral: lateral && undefined },
    wants: { weights: true, params: made.wants.params.map(() => "none"), state: false },
  };
}

const forward = ({ args }: ScanCase) => cpuScan(kernel, args, []);
const backward = ({ args, cotangents, wants }: ScanCase) =>
  cpuScanBackward(kernel, args, args.x, cotangents, wants);

/** Bytes of a record's arrays, each once. */
function bytesOf(result: object): number {
  const arrays = Object.values(result).flat().filter((x) => x instanceof Float32Array);
  return arrays.reduce((bytes, x) => bytes + x.byteLength, 0);
}

Deno.test("a pullback finds what its forward pass kept, until others have written over that", () => {
  const given = problem(4, 80);
  const forPullback = new KeptValues(kernel);
  const recorded = { ...given, args: { ...given.args, forPullback } };
  const wanted = backward(given);
  forward(recorded);
  let passes = 0;
  for (let isKept = true; isKept; passes++) {
    isKept = forPullback.find() !== undefined;
    assertEquals(backward(recorded), wanted);
    cpuScan(kernel, { ...given.args, forPullback: new KeptValues(kernel) }, []);
  }
  assert(passes > 20, `found until ${passes} others had run`);
});

Deno.test("a gradient keeps its values where the one before it did, and finds only its own", () => {
  const keepTwo = () => {
    openLate();
    const values = [new KeptValues(kernel), new KeptValues(kernel)];
    values.forEach((v) => v.keep(100));
    closeLate();
    return values;
  };
  const find = (values: readonly KeptValues[]) => values.map((v) => v.find());
  keepTwo(); // after what other tests have kept
  const first = keepTwo();
  const at = find(first);
  assertEquals(new Set(at).size, 2);
  assertEquals(find(keepTwo()), at);
  assertEquals(find(first), [undefined, undefined]);
  assertEquals(new KeptValues(kernel).find(), undefined);
});

Deno.test("tables that find no room leave the memory as it was", () => {
  const memory = new ScanMemory();
  const { tileStart, generation } = memory;
  assertThrows(() => memory.placeTables(2 ** 33), RangeError);
  assertEquals([memory.tileStart, memory.generation], [tileStart, generation]);
});

for (const [name, run] of Object.entries({ forward, backward })) {
  Deno.test(`${name}: whatever the batch, nothing but results is allocated, and one tile is enough`, () => {
    const small = problem(16, 256);
    run(small);
    const before = scanMemory().memory.buffer.byteLength;
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
    assertEquals(scanMemory().memory.buffer.byteLength, before);
  });
}

Deno.test("forward: whatever the number of steps, one tile is enough", () => {
  forward(problem(64, 64));
  const before = scanMemory().memory.buffer.byteLength;
  forward(problem(512, 64));
  assertEquals(scanMemory().memory.buffer.byteLength, before);
});

Deno.test("backward: memory grows with the square root of the number of steps at most", () => {
  const sizes = [1024, 4096].map((steps) => {
    backward(problem(steps, 16));
    return scanMemory().memory.buffer.byteLength;
  });
  assert(sizes[1] <= Math.min(2 * sizes[0], mostScratchBytes), `${sizes} bytes of scratch memory`);
});
