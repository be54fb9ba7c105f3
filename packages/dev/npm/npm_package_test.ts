import { assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Browser, findBrowser } from "../browser.ts";
import { testUnless } from "../test_unless.ts";
import {
  bundleProgram,
  checkTypes,
  installPackage,
  missingTools,
  weighPrograms,
} from "./installed_package.ts";
import { linesOf, unexpected } from "../types/type_errors.ts";
import { measureTypes } from "./measure_types.ts";
import { mustRun, runProgram } from "./run_program.ts";

const browserPath = await findBrowser();
const bun = ["npx", "--offline", "-y", "bun@1.4.5"] as const;

const noTools = await missingTools();
const noBrowser = noTools ?? (browserPath === undefined ? "no Chromium here" : undefined);
const browser = noBrowser === undefined ? await Browser.start(`${browserPath}`) : undefined;
Deno.test.afterAll(() => browser?.close());
const noNode = noTools ?? await absence("Node", ["node", "--version"]);
const noBun = noTools ?? await absence("bun@1.4.5 in the cache of npx", [...bun, "--version"]);

async function absence(
  what: string,
  command: readonly [string, ...string[]],
): Promise<string | undefined> {
  return (await runProgram(command, ".")).ok ? undefined : `there is no ${what}`;
}

let project: Promise<string> | undefined;

/** Installs the package in a folder, with the programs of testdata/ and golden cases; made once. */
function installed(): Promise<string> {
  project ??= installPackage().then(async (folder) => {
    globalThis.addEventListener("unload", () => {
      Deno.removeSync(join(folder, ".."), { recursive: true });
    });
    const programs = new URL("./testdata/", import.meta.url);
    for await (const { name } of Deno.readDir(programs)) {
      await Deno.copyFile(new URL(name, programs), join(folder, name));
    }
    for (const node of ["if", "lif", "cubalif"]) {
      const data = new URL(`../../nodes/testdata/ilc_${node}.json`, import.meta.url);
      const { cases } = JSON.parse(await Deno.readTextFile(data));
      const some = cases.filter(({ name }: { name: string }) => /^base_.*hard0p0$/.test(name));
      await Deno.writeTextFile(join(folder, `${node}.json`), JSON.stringify(some));
    }
    return folder;
  });
  return project;
}

async function runNode(program: string): Promise<string> {
  return (await mustRun(["node", program], await installed())).trim();
}

async function runPage(
  program: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const module = await bundleProgram(await installed(), program);
  return await browser?.run(module, { headers });
}

testUnless(noNode, "the npm package has the reference's values and gradients in Node", async () => {
  assertEquals(await runNode("golden_in_node.js"), "18\n18\n18");
});

testUnless(
  noBrowser,
  "the npm package has the reference's values on a page's CPU and GPU",
  async () => {
    assertEquals(await runPage("golden_in_browser.js"), { simd: true, cpu: 54, gpu: 9 });
  },
);

testUnless(
  noBrowser,
  "the npm package has them, too, where a page's policy forbids WebAssembly",
  async () => {
    const policy = { "content-security-policy": "script-src 'self' 'unsafe-inline'" };
    assertEquals(await runPage("golden_without_wasm.js", policy), { simd: false, cpu: 18 });
  },
);

const mistakes = (await Deno.readTextFile(
  new URL("../types/testdata/mistakes.ts", import.meta.url),
)).replaceAll('"@spikeloop/', '"spikeloop/');

for (const moduleResolution of ["node16", "bundler"] as const) {
  const title = `programs have types with moduleResolution ${moduleResolution}, mistakes none`;
  testUnless(noTools, title, async () => {
    const folder = await installed();
    await Deno.writeTextFile(join(folder, "mistakes.ts"), mistakes);
    const output = await checkTypes(folder, ["api_program.ts", "mistakes.ts"], moduleResolution);
    assertEquals(unexpected(mistakes, linesOf(output, "mistakes.ts")), []);
    const others = output.split("\n").filter((line) => /error TS(?<!mistakes\.ts\(.*)/.test(line));
    assertEquals(others, []);
  });
}

testUnless(noTools, "the types of ten layers are cheap", async () => {
  const folder = await installed();
  assertLess((await measureTypes(folder, 10)).instantiations, 2000);
});

testUnless(noNode, "a program that uses every entry point runs in Node", async () => {
  const folder = await installed();
  await Deno.writeTextFile(join(folder, "api.js"), await bundleProgram(folder, "api_program.ts"));
  assertEquals(await runNode("api.js"), "all is so");
});

testUnless(noNode, "npx spikeloop trains, stops, goes on and compares", async () => {
  const folder = await installed();
  const own = 'import { pendulum } from "spikeloop"; export default () => pendulum();';
  await Deno.writeTextFile(join(folder, "my_env.js"), own);
  const bin = join(folder, "node_modules/.bin/spikeloop"); // npx takes a second, so it runs it once
  const spikeloop = (words: string) => mustRun([bin, ...words.split(" ")], folder);
  const sizes = "--actor.hiddenSizes 4 --agent.criticSizes 4 --trainer.updateAfter 20";
  const trained = await spikeloop(
    `train --env ./my_env.js --steps 60 --seeds 1 --out runs/x ${sizes} --evaluate.episodes 1`,
  );
  assertStringIncludes(trained, "Done: runs/x");
  assertMatch(await spikeloop("resume runs/x --steps 80"), /80\/80[^]*Done/);
  const compared = await mustRun(["npx", "--offline", "spikeloop", "compare", "runs/x"], folder);
  assertStringIncludes(compared, "| runs/x | ./my_env.js | 1 | 80 |");
  const names = (await Array.fromAsync(Deno.readDir(join(folder, "runs/x/seed-1"))))
    .map(({ name }) => name).sort();
  const files = ["best.safetensors", "config.json", "log.jsonl", "report.html"];
  assertEquals(names, [...files, "state.safetensors"]);
});

testUnless(noNode, "stack traces in Node name lines of the TypeScript source", async () => {
  const stack = await mustRun(["node", "--enable-source-maps", "mistake.js"], await installed());
  assertStringIncludes(stack, "did you mean decPopDim?");
  assertMatch(stack, /\/node_modules\/spikeloop\/functional\/wirings\.ts:\d+/);
});

testUnless(noBun, "a program that uses every entry point runs in Bun", async () => {
  const output = await mustRun([...bun, "run", "api_program.ts"], await installed());
  assertEquals(output.trim(), "all is so");
});

testUnless(noTools, "programs with the npm package keep their budgets", async () => {
  await weighPrograms(await installed());
});

testUnless(noNode, "large calls have a second thread in Node, and programs end", async () => {
  assertEquals(JSON.parse(await runNode("threads_in_node.js")), { threads: 2, same: true });
});

testUnless(noBrowser, "large calls have a second thread in an isolated page", async () => {
  assertEquals(await runPage("threads.js"), { threads: 2, same: true });
});

const guide = await Deno.readTextFile(new URL("../../../docs/getting_started.md", import.meta.url));
const [inNode, inPage] = [...guide.matchAll(/^```js ignore\n([^]*?)^```$/gm)].map(([, code]) =>
  code
);

testUnless(noNode, "the guide's first program prints in Node what the guide says", async () => {
  await Deno.writeTextFile(join(await installed(), "first.mjs"), inNode);
  assertEquals(await runNode("first.mjs"), "[ 5, 3, 40 ]");
});

testUnless(noBrowser, "the guide's program for the browser draws its raster", async () => {
  const folder = await installed();
  await Deno.writeTextFile(join(folder, "main.js"), inPage);
  const page = `import "./main.js"; export const run = () => document.body.textContent;`;
  await Deno.writeTextFile(join(folder, "page.js"), page);
  assertStringIncludes(String(await runPage("page.js")), "40 units, 50 steps");
});
