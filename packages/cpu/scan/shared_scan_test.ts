import { assert, assertEquals } from "@std/assert";
import { testUnless } from "@spikeloop/dev";
import type { ScanGradients, ScanResult } from "@spikeloop/backend";
import {
  assertSameBits,
  choice,
  generator,
  integer,
  type ScanCase,
  scanCase,
  scanModels,
  trials,
} from "@spikeloop/dev/testing";
import { noHelpers, withHelpers } from "../testing/start_helpers.ts";
import type { Helper } from "../threads/helper.ts";
import { scanBackward } from "./backward.ts";
import { scan } from "./forward.ts";
import { isBackwardShareable, sharedScanBackward } from "./shared_backward.ts";
import { isScanShareable, sharedScan } from "./shared_forward.ts";

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

function compare(given: ScanCase, helpers: readonly Helper[]): void {
  const { kernel, args, cotangents, title } = given;
  const alone = scan(kernel, args, []);
  const shared = sharedScan(kernel, args, helpers);
  assert(shared !== undefined, `${title}: forward is not cut`);
  assertSameResults(shared, alone, title);
  for (const state of [true, false]) {
    const wants = { ...given.wants, state };
    const gradients = sharedScanBackward(kernel, args, cotangents, wants, helpers);
    assert(gradients !== undefined, `${title}: backward is not cut`);
    const wanted = scanBackward(kernel, args, alone.out, cotangents, wants);
    // A state that isn't wanted may come all the same.
    assertSameResults(gradients, state ? wanted : { ...wanted, state: gradients.state }, title);
  }
}

testUnless(
  noHelpers,
  "a shared scan and its pullback have the bits of a single thread",
  async () => {
    const random = generator(11);
    await withHelpers(2, (helpers) => {
      for (let i = 0; i < trials(40, 1000); i++) {
        const group = choice(random, [0, 1, 3, 10, 16, 25, 26, 40]);
        const extents = {
          steps: integer(random, 1, 6),
          batch: integer(random, 65, 400),
          groups: integer(random, 1, group < 20 ? 6 : 2),
          group,
        };
        compare(scanCase(choice(random, scanModels), extents, random), helpers.slice(i % 3));
      }
    });
  },
);

testUnless(noHelpers, "weights that change between calls reach the helpers", async () => {
  const random = generator(12);
  await withHelpers(1, (helpers) => {
    const extents = { steps: 4, batch: 300, groups: 2, group: 30 };
    for (let i = 0; i < 5; i++) compare(scanCase(scanModels[4], extents, random), helpers);
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
  assert(!isScanShareable(large, []));
  assert(isScanShareable({ ...large, group: 64 }, []));
  assert(!isScanShareable({ ...large, group: 64 }, [0]));
  assert(!isScanShareable({ ...large, group: 64, batch: 16 }, []));
});
