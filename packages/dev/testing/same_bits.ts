import { assertEquals, fail } from "@std/assert";
import { hostArray, type Storage } from "@spikeloop/backend";

/** Asserts that two storages hold the same bits; which NaN it is does not matter. */
export function assertSameBits(actual: Storage, expected: Storage, what: string): void {
  const got = hostArray(actual);
  const want = hostArray(expected);
  assertEquals(got.length, want.length, `${what}: length`);
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], want[i])) {
      fail(`${what}: element ${i} is ${got[i]}, expected ${want[i]}`);
    }
  }
}
