import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { collectGarbage } from "@spikeloop/dev/testing";
import { RecentMap, StructureCache } from "./mod.ts";

interface Definition {
  readonly key: string;
}

/** Makes `count` definitions and returns nothing of them. */
function fill(cache: StructureCache<Definition>, count: number): void {
  for (let i = 0; i < count; i++) cache.get(`${i}`, () => ({ key: `${i}` }));
}

Deno.test("of definitions that nobody holds the last 64 used are found, older ones are collected", async () => {
  const cache = new StructureCache<Definition>();
  const first = cache.get("0", () => ({ key: "0" }));
  fill(cache, 1000);
  await collectGarbage();
  assert(cache.size >= 65 && cache.size < 1 + 2 * 64, `${cache.size} are found`);
  assertStrictEquals(cache.get("0", () => ({ key: "another" })), first);
  const missing: string[] = [];
  for (let i = 936; i < 1000; i++) {
    cache.get(`${i}`, () => {
      missing.push(`${i}`);
      return { key: `${i}` };
    });
  }
  assertEquals(missing, []);
});

Deno.test("a value that is used is kept while others come and go", () => {
  const map = new RecentMap<number>(10);
  map.set("used", 1);
  map.set("unused", 2);
  for (let i = 0; i < 100; i++) {
    map.set(`${i}`, i);
    assertEquals(map.get("used"), 1);
  }
  assertEquals(map.get("unused"), undefined);
  const kept = Array.from({ length: 100 }, (_, i) => map.get(`${i}`)).filter((v) =>
    v !== undefined
  );
  assert(kept.length < 20 && kept.includes(99));
});
