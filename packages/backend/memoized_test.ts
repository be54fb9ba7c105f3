import { assertEquals, assertStrictEquals } from "@std/assert";
import { memoized } from "./memoized.ts";

Deno.test("memoized() makes a value once per owner and list of numbers", () => {
  const made: string[] = [];
  const value = memoized((owner: { readonly name: string }, numbers) => {
    made.push(`${owner.name} ${numbers}`);
    return { numbers };
  }, 2);
  const [a, b] = [{ name: "a" }, { name: "b" }];
  const first = value(a, [1, 2]);
  assertStrictEquals(value(a, [1, 2]), first);
  value(b, [1, 2]);
  value(a, [1]);
  value(a, [1, 2]);
  assertEquals(made, ["a 1,2", "b 1,2", "a 1"]);
});

Deno.test("memoized() keeps those that were used last", () => {
  let count = 0;
  const value = memoized(() => ++count, 2);
  const owner = {};
  assertEquals([1, 2, 1, 3, 1, 2].map((n) => value(owner, [n])), [1, 2, 1, 3, 1, 4]);
});

Deno.test("memoized() does not take a list for another one that is changed later", () => {
  const value = memoized((_: WeakKey, [n]) => n, 4);
  const [owner, numbers] = [{}, [1]];
  assertEquals(value(owner, numbers), 1);
  numbers[0] = 2;
  assertEquals(value(owner, numbers), 2);
  assertEquals(value(owner, [1]), 1);
});
