import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { missingTools, withTools } from "../npm/installed_package.ts";
import { mustRun } from "../npm/run_program.ts";
import { repositoryRoot } from "../run_deno.ts";
import { testUnless } from "../test_unless.ts";

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* walk(path);
    else yield path;
  }
}

testUnless(
  await missingTools(),
  "deno task docs makes a site in which no link leads nowhere",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "spikeloop-site-" });
    // It fails where a link or a fragment leads nowhere.
    const output = await mustRun(withTools("packages/dev/site/build.ts", [folder]), repositoryRoot);
    assertStringIncludes(output, "pages in");
    let files = 0;
    for await (const path of walk(folder)) {
      files++;
      const text = (await Deno.readTextFile(path)).replaceAll("&#x2F;", "/");
      assert(!text.includes("file:///"), `${path} names a file of the machine that built it`);
      assert(!text.includes(repositoryRoot), `${path} names a folder of the machine that built it`);
    }
    assert(files > 200, `${files} files`);
    for (const twin of ["docs/gpu", "api/functional", "packages/actor/README", "api/expr/wasm"]) {
      assert((await Deno.stat(join(folder, `${twin}.md`))).isFile);
    }
    assertEquals((await Deno.readTextFile(join(folder, "llms.txt"))).split("\n")[0], "# Spikeloop");
    await Deno.remove(folder, { recursive: true });
  },
);
