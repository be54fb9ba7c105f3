import { trials } from "@spikeloop/dev/testing";
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { repositoryRoot, runDeno } from "../run_deno.ts";

const folder = join(repositoryRoot, "docs/tutorials");

/** The program that the code blocks of a tutorial make together. */
function programOf(page: string): string {
  const blocks = page.matchAll(/^```ts ignore\n([\s\S]*?)^```/gm);
  return Array.from(blocks, ([, code]) => code).join("\n");
}

/** Runs the program of a tutorial in a new folder, and returns what it printed: seed 0. */
async function runTutorial(
  name: string,
  files: readonly string[],
  ...args: readonly number[]
): Promise<string> {
  const program = join(folder, `${name}.ts`);
  const cwd = await Deno.makeTempDir({ prefix: "spikeloop-tutorial-" });
  try {
    const command = ["run", "--quiet", "-A", program, "0", ...args.map(String)];
    const { code, output } = await runDeno(command, { cwd });
    assertEquals(code, 0, output);
    for (const file of files) {
      assert((await Deno.stat(join(cwd, `${name}-out`, file))).size > 0, file);
    }
    return output;
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

/** The number after these words in the output of a program. */
function numberAfter(words: string, output: string): number {
  const [, number] = output.split(words);
  assert(number !== undefined, `no "${words}" in:\n${output}`);
  return parseFloat(number);
}

for (const name of ["digits", "memory", "actor"]) {
  Deno.test(`the blocks of docs/tutorials/${name}.md are the program beside it`, async () => {
    const [page, program] = await Promise.all(
      ["md", "ts"].map((ending) => Deno.readTextFile(join(folder, `${name}.${ending}`))),
    );
    assertEquals(programOf(page), program);
  });
}

Deno.test("the tutorial on digits trains, judges, draws, saves and restores a network", async () => {
  const files = ["spikes.svg", "learning.svg", "digits.safetensors"];
  const output = await runTutorial("digits", files, trials(4, 30));
  assert(numberAfter("test accuracy ", output) >= trials(91, 97), output);
  assert(numberAfter("test accuracy without ILC ", output) >= trials(90, 96), output);
  assert(output.includes("the same logits: true"), output);
});

Deno.test("the tutorial on memory is solved with connections, and not without", async () => {
  // Over the short gap the leak alone remembers some cues; over the long one, none.
  const files = ["spikes.svg", "memory.safetensors"];
  const gap = trials(3, 12);
  const output = await runTutorial("memory", files, gap, trials(8, 40));
  assert(numberAfter("no connections: ", output) <= trials(85, 60), output);
  for (const name of ["groups of 10", "all to all", `all to all, delay ${3 + gap}`]) {
    assert(numberAfter(`${name}: `, output) >= 95, output);
  }
  assert(output.includes("the same logits: true"), output);
});

Deno.test("the tutorial on actors trains one, draws and saves it", async () => {
  const files = ["paths.svg", "learning.svg", "actor.safetensors"];
  const output = await runTutorial("actor", files, trials(1500, 8000));
  const [, before, after] = /return: (\S+) before, (\S+) after/.exec(output) ?? [];
  assert(Number(after) > Number(before) + trials(50, 120), output);
  assertEquals(numberAfter("mean return of the saved actor: ", output), Number(after));
});
