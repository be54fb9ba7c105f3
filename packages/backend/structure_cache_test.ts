import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { collectGarbage } from "@spikeloop/dev/testing";
import { RecentMap, StructureCache } from "./mod.ts";

interface Definition {
  readonly key: string;
}

/** Makes definitions of these numbers, unless the cache has them. */
function fill(
  cache: StructureCache<Definition>,
  first: number,
  end: number,
  owner: object = {},
): Definition[] {
  return Array.from({ length: end - first }, (_, i) => {
    const key = `${first + i}`;
    return cache.get(owner, key, () => ({ key }));
  });
}

Deno.test("the last 64 definitions are found, whoever owns them", () => {
  const cache = new StructureCache<Definition>();
  const last = fill(cache, 0, 1000).slice(-64);
  assertEquals(fill(cache, 936, 1000).every((definition, i) => definition === last[i]), true);
});

Deno.test("an owner finds its last 16 definitions for as long as it lives", () => {
  const cache = new StructureCache<Definition>();
  const owner = {};
  const own = fill(cache, 0, 16, owner);
  fill(cache, 1000, 2000);
  assertEquals(fill(cache, 0, 16, owner).every((definition, i) => definition === own[i]), true);
  assert(fill(cache, 0, 1)[0] !== own[0], "nobody else does");
});

Deno.test("definitions of dropped owners are collected, but for the last ones", async () => {
  const cache = new StructureCache<Definition>();
  const all: WeakRef<Definition>[] = [];
  for (let i = 0; i < 1000; i++) all.push(new WeakRef(fill(cache, i, i + 1)[0]));
  const owner = {};
  fill(cache, 1000, 2000, owner);
  await collectGarbage();
  assertEquals(all.filter((definition) => definition.deref() !== undefined).length, 0);
  assertStrictEquals(fill(cache, 1999, 2000, owner)[0], fill(cache, 1999, 2000)[0]);
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
  const values = Array.from({ length: 100 }, (_, i) => map.get(`${i}`))
    .filter((value) => value !== undefined);
  assert(values.length < 20 && values.includes(99));
});
