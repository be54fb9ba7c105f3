import { assertEquals } from "@std/assert";
import { ignoredName, testUnless } from "./test_unless.ts";

let ran = false;

testUnless(undefined, "without a reason the test runs", () => {
  ran = true;
});

Deno.test("the test before this one ran", () => {
  assertEquals(ran, true);
});

Deno.test("an ignored test carries its reason in its name", () => {
  assertEquals(ignoredName("runs", "no GPU"), "runs (not run here: no GPU)");
});
