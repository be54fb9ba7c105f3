import { assert, assertEquals } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import { hostArray, type ScanGradients, type ScanResult } from "@spikeloop/backend";
import {
  assertSameBits,
  choice,
  generator,
  integer,
  leaky,
  type ScanCase,
  scanCase,
  scanModels,
  slopes,
  symmetric,
  trials,
} from "@spikeloop/dev/testing";
import { noWorkers, withWorkers } from "../testing/start_workers.ts";
import { common } from "../threads/common.ts";
import { isBackwardShareable, scanBackwardWith } from "./backward.ts";
import { backwardPlan } from "./backward_plan.ts";
import { scanWith } from "./forward.ts";
import { forwardPlan, isScanShareable } from "./forward_plan.ts";

/** Compares all storages of two results, by the names of their fields. */
function assertSameResults<R extends ScanResult | ScanGradients>(got: R, want: R, title: string) {
  assertEquals(Object.keys(got), Object.keys(want));
  for (const [field, wanted] of Object.entries(want)) {
    const given = Object.entries(got).find(([name]) => name === field)?.[1];
    const [a, b] = [given, wanted].map((s) => Array.isArray(s) ? s : [s]);
    assertEquals(a.length, b.length, `${title}: ${field}`);
    b.forEach((w, i) => {
      if (w === undefined) assertEquals(a[i], undefined);
      else assertSameBits(a[i], w, `${title}: ${field} ${i}`);
    });
  }
}

/** Waits for workers whose last calls this thread has done anew: until then nothing is shared. */
function waitUntilFree(): void {
  while (!common().isFree);
}

function compare(given: ScanCase, workers: number): void {
  const { kernel, args, cotangents, title } = given;
  const alone = scanWith(0, kernel, args, []);
  const { code, end } = forwardPlan(kernel, args, 2);
  waitUntilFree();
  assert(common().fits(code.executable, end, workers), `${title}: forward is not cut`);
  assertSameResults(scanWith(workers, kernel, args, []), alone, title);
  for (const state of [true, false]) {
    const wants = { ...given.wants, state };
    const plan = backwardPlan({ kernel, args, cotangents, wants }, true);
    waitUntilFree();
    assert(common().fits(plan.code.executable, plan.end, workers), `${title}: backward is not cut`);
    const gradients = scanBackwardWith(workers, { kernel, args, cotangents, wants });
    const wanted = scanBackwardWith(0, { kernel, args, cotangents, wants });
    // A state that isn't wanted may come all the same.
    assertSameResults(gradients, state ? wanted : { ...wanted, state: gradients.state }, title);
  }
}

// This test comes first: memories are small then.
testUnless(noWorkers, "where shared memory does not grow, this thread computes alone", async () => {
  const extents = { steps: 4, batch: 300, groups: 2, group: 30 };
  const { kernel, args, cotangents, wants, title } = scanCase(
    scanModels[4],
    extents,
    generator(16),
  );
  const pullback = { kernel, args, cotangents, wants };
  const { grow } = WebAssembly.Memory.prototype;
  let failures = 0;
  await withWorkers(1, () => {
    WebAssembly.Memory.prototype.grow = function (pages) {
      if (this.buffer instanceof ArrayBuffer) return grow.call(this, pages);
      failures++;
      throw new RangeError("No memory");
    };
    try {
      assertSameResults(scanWith(1, kernel, args, []), scanWith(0, kernel, args, []), title);
      assertSameResults(scanBackwardWith(1, pullback), scanBackwardWith(0, pullback), title);
    } finally {
      WebAssembly.Memory.prototype.grow = grow;
    }
  });
  assertEquals(failures, 2);
});

testUnless(
  noWorkers,
  "a shared scan and its pullback have the bits of a single thread",
  async () => {
    const random = generator(11);
    await withWorkers(2, () => {
      for (let i = 0; i < trials(40, 1000); i++) {
        const group = choice(random, [0, 1, 3, 10, 16, 25, 26, 40]);
        const extents = {
          steps: integer(random, 1, 6),
          batch: integer(random, 65, 400),
          groups: integer(random, 1, group < 20 ? 6 : 2),
          group,
          delay: group === 0 ? 1 : choice(random, [1, 1, 2, 9]),
        };
        compare(scanCase(choice(random, scanModels), extents, random), 2 - i % 3);
      }
    });
  },
);

testUnless(noWorkers, "slabs that end within a strip of 16 units keep to themselves", async () => {
  const random = generator(14);
  await withWorkers(1, () => {
    for (const [groups, group] of [[3, 41], [1, 0], [5, 27], [301, 0]]) {
      for (const kernel of scanModels) {
        compare(scanCase(kernel, { steps: 3, batch: 150, groups, group }, random), 1);
      }
    }
  });
});

testUnless(
  noWorkers,
  "on workers, states that the loss does not read make no NaN either",
  async () => {
    const random = generator(15);
    await withWorkers(1, () => {
      for (const [groups, group] of [[12, 10], [2, 30], [31, 0]]) {
        const extents = { steps: 3, batch: 150, groups, group };
        const { args, ...rest } = scanCase(leaky(slopes.rect), extents, random);
        const x = symmetric(random, 3 * 150 * args.units);
        x[x.length - 1] = x[x.length - 80 * args.units] = Infinity;
        const given = { ...rest, args: { ...args, x, params: [0.5, 0.5, 0] } };
        const cotangents = { ...rest.cotangents, out: x.map((_, i) => i % 7 - 3), state: [] };
        compare({ ...given, cotangents }, 1);
        const gradients = scanBackwardWith(1, { ...given, cotangents });
        assert(hostArray(gradients.x).every(Number.isFinite), given.title);
      }
    });
  },
);

testUnless(noWorkers, "weights that change between calls reach the workers", async () => {
  const random = generator(12);
  await withWorkers(1, () => {
    const extents = { steps: 4, batch: 300, groups: 2, group: 30 };
    for (let i = 0; i < 5; i++) compare(scanCase(scanModels[4], extents, random), 1);
  });
});

Deno.test("only what is large is shared, forward only what is more than looking sums up", () => {
  const random = generator(13);
  const { args } = scanCase(scanModels[4], { steps: 1, batch: 1, groups: 1, group: 16 }, random);
  const large = { ...args, steps: 16, batch: 1024, units: 256 };
  assert(isBackwardShareable(large));
  assert(!isBackwardShareable({ ...large, batch: 64 }));
  assert(!isBackwardShareable({ ...large, batch: 128 }));
  assert(isBackwardShareable({ ...large, batch: 128, group: 64 }));
  assert(!isBackwardShareable({ ...large, steps: 1000 }));
  assert(!isScanShareable(large));
  assert(isBackwardShareable({ ...large, steps: 4, batch: 256, group: 0 }));
  assert(!isBackwardShareable({ ...large, steps: 4, batch: 128, group: 0 }));
  assert(isScanShareable({ ...large, group: 64 }));
  assert(!isScanShareable({ ...large, group: 64, batch: 8 }));
  assert(!isScanShareable({ ...large, group: 64, steps: 10_000 }));
});
