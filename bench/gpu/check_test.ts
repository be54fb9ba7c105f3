import { noGpu, testUnless } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./check.sh", import.meta.url));

/** On a program on the CPU it takes half a minute. */
const reason = trials(1, 0) === 1 ? "it is part of trials" : await noGpu();

testUnless(
  reason,
  "the check of a GPU writes every part of its page, and without SpikingJelly",
  async () => {
    const path = await Deno.makeTempFile();
    try {
      const { code } = await new Deno.Command("bash", {
        args: [script, path, "--untimed", "--shape", "3,2,2,3", "--python", "no-such-python"],
        env: { DENO: Deno.execPath() },
        stdin: "null",
        stderr: "null",
      }).output();
      assertEquals(code, 0);
      const page = await Deno.readTextFile(path);
      assertStringIncludes(page, "The adapter computes the same bits.");
      assertStringIncludes(page, "| as it is |");
      assertStringIncludes(page, "| values left by the forward pass |");
      assertMatch(page, /\| GPU \| .* \| \d+(\.5)? \|/);
      assertStringIncludes(page, "SpikingJelly was not timed");
      for (const model of ["ILC-CUBA-LIF", "LIF"]) {
        assertStringIncludes(page, `### ${model}, forward and backward`);
        assertMatch(page, new RegExp(`\\| ${model} \\| \\(3, 2, 2, 3\\) \\| .* \\| \\d+ \\|`));
      }
      assertEquals(page.match(/Failed|Not measured/g), null);
    } finally {
      await Deno.remove(path);
    }
  },
);
