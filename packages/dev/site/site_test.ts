import { assert, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { missingTools, withTools } from "../npm/installed_package.ts";
import { mustRun } from "../npm/run_program.ts";
import { repositoryRoot } from "../run_deno.ts";
import { testUnless } from "../test_unless.ts";

async function* walkHtml(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* walkHtml(path);
    else if (name.endsWith(".html")) yield path;
  }
}

testUnless(
  await missingTools(),
  "deno task docs makes a site in which no link leads nowhere",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "spikeloop-site-" });
    const output = await mustRun(withTools("packages/dev/site/build.ts", [folder]), repositoryRoot);
    assertStringIncludes(output, "pages and the reference");
    for await (const path of walkHtml(folder)) {
      const html = (await Deno.readTextFile(path)).replaceAll("&#x2F;", "/");
      assert(!html.includes("file:///"), `${path} names a file of the machine that built it`);
      assert(!html.includes(repositoryRoot), `${path} names a folder of the machine that built it`);
    }
    await Deno.remove(folder, { recursive: true });
  },
);
