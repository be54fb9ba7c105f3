import { assertEquals } from "@std/assert";
import { RecentMap } from "./recent_map.ts";

Deno.test("a map holds the last values that were set or read, and forgets old ones", () => {
  const map = new RecentMap<number>(3);
  for (let i = 0; i < 100; i++) {
    map.set(`${i}`, i);
    map.get("0");
  }
  assertEquals([map.get("0"), map.get("99"), map.get("98")], [0, 99, 98]);
  const keys = Array.from({ length: 100 }, (_, i) => `${i}`);
  const found = keys.filter((key) => map.get(key) !== undefined);
  assertEquals(found.length < 6, true, `${found}`);
});
