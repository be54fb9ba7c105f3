import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { repositoryRoot, runDeno } from "../run_deno.ts";

Deno.test("a project elsewhere imports the packages of a checkout that it links to", async () => {
  const cwd = await Deno.makeTempDir();
  await Deno.writeTextFile(join(cwd, "deno.json"), JSON.stringify({ links: [repositoryRoot] }));
  const program = `import { ilc } from "@spikeloop/functional";
    import { lif } from "@spikeloop/neuron";
    console.log(ilc(lif, { actDim: 2, decPopDim: 3 }).units);`;
  await Deno.writeTextFile(join(cwd, "main.ts"), program);
  assertEquals(await runDeno(["run", "--no-remote", "main.ts"], { cwd }), {
    code: 0,
    output: "6\n",
  });
  await Deno.remove(cwd, { recursive: true });
});
