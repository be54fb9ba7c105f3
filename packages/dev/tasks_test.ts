import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { repositoryRoot } from "./run_deno.ts";

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(join(repositoryRoot, path));
}

const workflows = (await Array.fromAsync(Deno.readDir(join(repositoryRoot, ".github/workflows"))))
  .map(({ name }) => `.github/workflows/${name}`);

Deno.test("the tasks that scripts, workflows and pages speak of exist", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  for (const path of [".ci/run", "README.md", "CONTRIBUTING.md", ...workflows]) {
    const named = [...(await read(path)).matchAll(/\btask (?:--quiet )?([a-z]+)/g)];
    assert(named.length > 0, `${path} runs no task`);
    const unknown = named.map(([, name]) => name).filter((name) => tasks[name] === undefined);
    assertEquals(unknown, [], path);
  }
});

Deno.test("deno.lock holds no npm package, which every task would download before it begins", async () => {
  const { npm, specifiers } = JSON.parse(await read("deno.lock"));
  assertEquals(npm, undefined);
  assertEquals(Object.keys(specifiers).filter((name) => !name.startsWith("jsr:")), []);
});

Deno.test("the task of trainings writes nothing to deno.lock, where Deno would note MuJoCo", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  assertEquals(tasks.spikeloop.command, "deno run -A --no-lock packages/spikeloop/cli.ts");
});

Deno.test("actions are pinned by commit, and jobs may only read unless they say otherwise", async () => {
  for (const path of workflows) {
    const text = await read(path);
    const actions = [...text.matchAll(/\buses: (\S+)/g)].map(([, action]) => action);
    assertEquals(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action)), [], path);
    assert(
      /^permissions:\n {2}contents: read$/m.test(text),
      `${path} lets every job do more than read`,
    );
  }
});
