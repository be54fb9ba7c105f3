import { noGpu, testUnless } from "@spikeloop/dev";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./run.ts", import.meta.url));

testUnless(await noGpu(), "the report runs to its end, and without SpikingJelly", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, "--untimed", "--shape", "3,2,2,3", "--python", "no-such-python"],
    stdin: "null",
    stderr: "null",
  }).output();
  assertEquals(code, 0);
  const page = new TextDecoder().decode(stdout);
  assertStringIncludes(page, "SpikingJelly was not timed");
  for (const model of ["ILC-CUBA-LIF", "LIF"]) {
    assertStringIncludes(page, `## ${model}, forward and backward`);
    assertMatch(page, new RegExp(`\\| ${model} \\| \\(3, 2, 2, 3\\) \\| .* \\| \\d+ of 36 \\|`));
  }
});
