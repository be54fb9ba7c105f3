import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { collectGarbage } from "@spikeloop/dev/testing";
import { StructureCache } from "./mod.ts";

/** Makes `count` definitions and returns nothing of them. */
function fill(cache: StructureCache<{ readonly key: string }>, count: number): void {
  for (let i = 0; i < count; i++) cache.get(`${i}`, () => ({ key: `${i}` }));
}

Deno.test("of definitions that nobody holds the last 64 used are kept, the others are collected", async () => {
  const cache = new StructureCache<{ readonly key: string }>();
  const first = cache.get("0", () => ({ key: "0" }));
  fill(cache, 1000);
  await collectGarbage();
  assertEquals(cache.size, 65);
  assertStrictEquals(cache.get("0", () => ({ key: "another" })), first);
  const made: string[] = [];
  for (let i = 937; i < 1000; i++) cache.get(`${i}`, () => (made.push(`${i}`), { key: `${i}` }));
  assertEquals(made, []);
});

Deno.test("a definition that is used again is not the next to go", async () => {
  const cache = new StructureCache<{ readonly key: string }>();
  fill(cache, 64);
  cache.get("0", () => ({ key: "another" }));
  cache.get("64", () => ({ key: "64" }));
  await collectGarbage();
  let isNew = false;
  cache.get("0", () => (isNew = true, { key: "0" }));
  assert(!isNew);
  cache.get("1", () => (isNew = true, { key: "1" }));
  assert(isNew);
});
