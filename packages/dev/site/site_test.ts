import { assertStringIncludes } from "@std/assert";
import { missingTools, withTools } from "../npm/installed_package.ts";
import { mustRun } from "../npm/run_program.ts";
import { repositoryRoot } from "../run_deno.ts";
import { testUnless } from "../test_unless.ts";

testUnless(
  await missingTools(),
  "deno task docs makes a site in which no link leads nowhere",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "spikeloop-site-" });
    const output = await mustRun(withTools("packages/dev/site/build.ts", [folder]), repositoryRoot);
    assertStringIncludes(output, "pages and the reference");
    await Deno.remove(folder, { recursive: true });
  },
);
