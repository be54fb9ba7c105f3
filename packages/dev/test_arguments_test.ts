import { assertEquals } from "@std/assert";
import { testArguments } from "./test_arguments.ts";

Deno.test("no argument asks for the whole repository", () => {
  assertEquals(testArguments([]), { options: [], paths: [] });
});

Deno.test("paths and options are told apart, also where an option's value looks like a path", () => {
  assertEquals(testArguments(["packages/expr", "--filter", "vjp", "--fail-fast", "docs"]), {
    options: ["--filter", "vjp", "--fail-fast"],
    paths: ["packages/expr", "docs"],
  });
});

Deno.test("a leading -- is dropped", () => {
  assertEquals(testArguments(["--", "docs"]), { options: [], paths: ["docs"] });
});
