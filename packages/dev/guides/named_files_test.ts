import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../run_deno.ts";
import { readFiles } from "./read_files.ts";

Deno.test("every file and folder that a Markdown file names exists", async () => {
  const missing = [...await readFiles(".md")].flatMap(([path, text]) =>
    Array.from(text.matchAll(/`((?:packages|bench|docs)\/[\w./-]+)`/g), ([, name]) => name)
      .filter((name) => !existsSync(join(repositoryRoot, name)))
      .map((name) => `${path}: ${name}`)
  );
  assertEquals(missing, []);
});
