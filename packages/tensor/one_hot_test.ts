import { assert, assertEquals, assertThrows } from "@std/assert";
import { tensor } from "./create.ts";
import { oneHot } from "./one_hot.ts";
import { testEach } from "./testing/backends.ts";

testEach("oneHot() has a 1 at the index that is the label", (backend) => {
  const labels = tensor([[0, 2], [1, 1]], undefined, { backend });
  const rows = oneHot(labels, 3);
  assertEquals(rows.shape, [2, 2, 3]);
  assertEquals([...rows.dataSync()], [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0]);
  assert(rows.binary);
});

Deno.test("oneHot() takes arrays, and a single label", () => {
  assertEquals([...oneHot(Uint8Array.of(1), 2).dataSync()], [0, 1]);
  assertEquals(oneHot(1, 2).shape, [2]);
});

Deno.test("oneHot() on a device that cannot be read has NaN where a label is out of range", () => {
  const { readSync: _, ...device } = tensor(0).backend;
  const labels = tensor([1, 2, 0.5], undefined, { backend: { ...device, name: "device" } });
  const rows = oneHot(labels, 2);
  assertEquals([...rows.storage as Float32Array], [0, 1, NaN, NaN, NaN, NaN]);
  assert(!rows.binary);
});

Deno.test("oneHot() refuses labels that are none", () => {
  assertThrows(
    () => oneHot([0, 3], 3),
    RangeError,
    "Cannot run oneHot: a label is 3, expected an integer from 0 to 2",
  );
  assertThrows(() => oneHot([-1], 3), RangeError);
  assertThrows(() => oneHot([0], 0), RangeError, "classes");
  assertThrows(() => oneHot("0" as never, 3), TypeError);
});
