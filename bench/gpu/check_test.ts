import { noGpu, testUnless } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./check.sh", import.meta.url));

/** On a program on the CPU it takes half a minute. */
const reason = trials(1, 0) === 1 ? "it is part of trials" : await noGpu();

/** Runs the check, and returns its page. */
async function check(...args: readonly string[]): Promise<string> {
  const path = await Deno.makeTempFile();
  try {
    const { code } = await new Deno.Command("bash", {
      args: [script, path, "--untimed", "--shape", "3,2,2,3", ...args],
      env: { DENO: Deno.execPath() },
      stdin: "null",
      stderr: "null",
    }).output();
    assertEquals(code, 0);
    return await Deno.readTextFile(path);
  } finally {
    await Deno.remove(path);
  }
}

testUnless(
  reason,
  "the check of a GPU writes every part of its page, and without SpikingJelly",
  async () => {
    const page = await check("--python", "no-such-python");
    assertStringIncludes(page, "The adapter computes the same bits.");
    assertStringIncludes(page, "| as it is |");
    assertStringIncludes(page, "| values left by the forward pass |");
    assertMatch(page, /\| GPU \| .* \| \d+(\.5)? \|/);
    assertStringIncludes(page, "SpikingJelly was not timed");
    for (const model of ["ILC-CUBA-LIF", "LIF"]) {
      assertStringIncludes(page, `### ${model}, forward and backward`);
      assertMatch(page, new RegExp(`\\| ${model} \\| \\(3, 2, 2, 3\\) \\| .* \\| \\d+ \\|`));
    }
    assertEquals(page.match(/^(Failed|Not measured)/gm), null);
  },
);

testUnless(reason, "the check of a GPU kills the parts that hang, and goes on", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(
      path,
      '#!/bin/sh\necho \'{"rows": [], "warnings": []}\'\nexec sleep infinity\n',
    );
    await Deno.chmod(path, 0o700);
    const page = await check("--python", path, "--seconds", "25");
    assertStringIncludes(page, "SpikingJelly was not timed: no time was left after");
    assertMatch(page, /^Written in \d+ s/m);
    // Every part needs more than a fraction of two seconds.
    const short = await check("--seconds", "8");
    for (const title of ["The machine", "Recomputation", "CPU and GPU", "Beside SpikingJelly"]) {
      assertStringIncludes(short, `## ${title}`);
    }
    assertMatch(short, /^Not measured to its end/m);
  } finally {
    await Deno.remove(path);
  }
});
