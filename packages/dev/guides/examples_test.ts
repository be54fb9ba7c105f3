import { assert, assertEquals } from "@std/assert";
import { readFiles } from "./read_files.ts";

/** Prints and goes on, in Deno. */
const harmless = `console.${"assert"}(`;

Deno.test("examples check what they say with assertions that throw", async () => {
  for (const ending of [".ts", ".md"]) {
    const files = await readFiles(ending);
    assert(files.size > 10);
    assertEquals([...files.keys()].filter((path) => files.get(path)?.includes(harmless)), []);
  }
});
