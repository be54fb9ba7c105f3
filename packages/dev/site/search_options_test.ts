import { assertEquals } from "@std/assert";
import { wordsOf } from "./search_options.ts";

Deno.test("wordsOf() finds a name in a title by its parts", () => {
  assertEquals(wordsOf("multiStep", "title"), ["multistep", "multi", "step"]);
  assertEquals(wordsOf("ILCSan", "title"), ["ilcsan", "ilc", "san"]);
  assertEquals(wordsOf("multiStep", "text"), ["multistep"]);
});

Deno.test("wordsOf() leaves out words that are everywhere, and numbers", () => {
  assertEquals(["The", "0.5", "12", "x"].map((word) => wordsOf(word, "text")), [
    null,
    null,
    null,
    null,
  ]);
});
