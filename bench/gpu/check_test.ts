import { noGpu, testUnless } from "@spikeloop/dev";
import { trials } from "@spikeloop/dev/testing";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./check.sh", import.meta.url));

/** Where the GPU is a program on the CPU, the check takes half a minute. */
const noTrial = trials(1, 0) === 1 ? "it is part of trials" : undefined;

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
  noTrial ?? await noGpu(),
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

/** Parts that print a line; then one hangs, and one fails. */
const parts = `
  const { title } = JSON.parse(Deno.args[0]);
  console.log(JSON.stringify({ line: "Begun: " + title }));
  if (title === "The machine") console.log('{"extents": [], "effort": {}}');
  if (title === "Cost per dispatch") while (true);
  if (title === "Recomputation") throw new Error("the device is lost");
`;

testUnless(noTrial, "the check of a GPU kills the parts that hang, and goes on", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [program, python] = [join(folder, "parts.js"), join(folder, "python")];
    await Deno.writeTextFile(program, parts);
    await Deno.writeTextFile(
      python,
      '#!/bin/sh\necho \'{"rows": [], "warnings": ["It had begun."]}\'\nexec sleep infinity\n',
    );
    await Deno.chmod(python, 0o700);
    const others = ["Recomputation", "Variants of both passes", "An update of TD3", "CPU and GPU"];
    const begun = [
      ...["The machine", "Cost per dispatch", ...others].map((title) => `Begun: ${title}\n`),
      "It had begun.",
    ];
    let [page, ends] = ["", ""];
    // On a busy machine it may take longer until all have printed, and all but one have ended.
    for (let seconds = 16; seconds < 600; seconds *= 2) {
      page = await check("--seconds", `${seconds}`, "--parts", program, "--python", python);
      ends = page.match(/^(Failed|Not measured)/gm)?.join() ?? "";
      if (begun.every((line) => page.includes(line)) && ends === "Not measured,Failed") break;
    }
    for (const line of begun) assertStringIncludes(page, line);
    assertEquals(ends, "Not measured,Failed");
    assertMatch(page, /Begun: Cost per dispatch\n\nNot measured to its end: \d+ s were over\.\n/);
    assertMatch(page, /Begun: Recomputation\n\nFailed: .*the device is lost/);
    assertStringIncludes(page, "SpikingJelly was not timed: no time was left after");
    assertMatch(page, /^Written in \d+ s/m);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
