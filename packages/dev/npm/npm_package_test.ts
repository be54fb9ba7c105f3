import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { findBrowser, runInBrowser } from "../browser.ts";
import { testUnless } from "../test_unless.ts";
import {
  bundleProgram,
  checkTypes,
  installPackage,
  missingTools,
  weighPrograms,
} from "./installed_package.ts";
import { mustRun, runProgram } from "./run_program.ts";

const noTools = await missingTools();
const noNode = noTools ?? await absent("node", ["node", "--version"]);
const noBrowser = noTools ?? (await findBrowser() === undefined ? "no Chromium here" : undefined);
const bun = ["npx", "--offline", "-y", "bun@1.4.5"] as const;
const noBun = noTools ?? await absent("bun@1.4.5 in the cache of npx", [...bun, "--version"]);

async function absent(
  what: string,
  command: readonly [string, ...string[]],
): Promise<string | undefined> {
  return (await runProgram(command, ".")).ok ? undefined : `there is no ${what}`;
}

let project: Promise<string> | undefined;

/** The folder in which the package is installed, with the programs of testdata/ beside it; made once. */
function installed(): Promise<string> {
  project ??= installPackage().then(async (folder) => {
    globalThis.addEventListener("unload", () => {
      Deno.removeSync(join(folder, ".."), { recursive: true });
    });
    for (const name of ["golden.js", "threads.js", "api_program.ts"]) {
      await Deno.copyFile(new URL(`./testdata/${name}`, import.meta.url), join(folder, name));
    }
    for (const node of ["if", "lif", "cubalif"]) {
      const data = new URL(`../../neuron/testdata/ilc_${node}.json`, import.meta.url);
      const { cases } = JSON.parse(await Deno.readTextFile(data));
      const some = cases.filter(({ name }: { name: string }) => /^base_.*hard0p0$/.test(name));
      await Deno.writeTextFile(join(folder, `${node}.json`), JSON.stringify(some));
    }
    return folder;
  });
  return project;
}

const goldenFiles = ["if", "lif", "cubalif"].map((node) => `./${node}.json`);

testUnless(
  noNode,
  "the npm package gives the reference's values and gradients in Node",
  async () => {
    const folder = await installed();
    await Deno.writeTextFile(
      join(folder, "node.js"),
      `import { readFileSync } from "node:fs";
    import { checkGolden } from "./golden.js";
    for (const file of ${JSON.stringify(goldenFiles)}) {
      console.log(await checkGolden(JSON.parse(readFileSync(file, "utf8"))));
    }`,
    );
    const counts = (await mustRun(["node", "node.js"], folder)).trim().split("\n").map(Number);
    assertEquals(counts, [18, 18, 18]);
  },
);

for (const moduleResolution of ["node16", "bundler"] as const) {
  testUnless(
    noTools,
    `a program has its types with moduleResolution ${moduleResolution}`,
    async () => {
      await checkTypes(await installed(), "api_program.ts", moduleResolution);
    },
  );
}

testUnless(
  noNode,
  "a program that uses every entry point of the npm package runs in Node",
  async () => {
    const folder = await installed();
    await Deno.writeTextFile(join(folder, "api.js"), await bundleProgram(folder, "api_program.ts"));
    assertEquals((await mustRun(["node", "api.js"], folder)).trim(), "all is so");
  },
);

testUnless(
  noBun,
  "a program that uses every entry point of the npm package runs in Bun",
  async () => {
    const folder = await installed();
    const output = await mustRun([...bun, "run", "api_program.ts"], folder);
    assertEquals(output.trim(), "all is so");
  },
);

testUnless(noTools, "programs with the npm package keep their budgets", async () => {
  await weighPrograms(await installed());
});

testUnless(
  noBrowser,
  "the npm package gives the reference's values in a browser, on CPU and GPU",
  async () => {
    const folder = await installed();
    await Deno.writeTextFile(
      join(folder, "browser.js"),
      `import { simdSupported } from "spikeloop/expr/wasm";
    import { webgpu } from "spikeloop/webgpu";
    import { checkGolden } from "./golden.js";
    ${goldenFiles.map((file, i) => `import cases${i} from "${file}";`).join("\n")}
    const all = [${goldenFiles.map((_, i) => `cases${i}`)}];
    export async function run() {
      const gpu = await webgpu();
      const counts = { simd: simdSupported(), cpu: 0, gpu: 0 };
      for (const cases of all) {
        counts.cpu += await checkGolden(cases);
        counts.gpu += await checkGolden(cases.slice(0, 3), gpu);
      }
      gpu.dispose();
      return counts;
    }`,
    );
    const module = await bundleProgram(folder, "browser.js");
    const counts = await runInBrowser(await findBrowser() ?? "", module);
    assertEquals(counts, { simd: true, cpu: 54, gpu: 9 });
  },
);

testUnless(
  noNode,
  "large calls have a second thread in Node, which does not keep a program from ending",
  async () => {
    const folder = await installed();
    const program = `import { run } from "./threads.js"; console.log(JSON.stringify(await run()));`;
    await Deno.writeTextFile(join(folder, "threads_main.js"), program);
    const output = await mustRun(["node", "threads_main.js"], folder);
    assertEquals(JSON.parse(output), { threads: 2, same: true });
  },
);

testUnless(noBrowser, "large calls have a second thread in an isolated page", async () => {
  const module = await bundleProgram(await installed(), "threads.js");
  const result = await runInBrowser(await findBrowser() ?? "", module);
  assertEquals(result, { threads: 2, same: true });
});

testUnless(
  noBrowser,
  "a page whose policy forbids WebAssembly gets the reference's values all the same",
  async () => {
    const folder = await installed();
    await Deno.writeTextFile(
      join(folder, "evaluator.js"),
      `import { simdSupported } from "spikeloop/expr/wasm";
      import { checkGolden } from "./golden.js";
      import cases from "./cubalif.json";
      export async function run() {
        return { simd: simdSupported(), cpu: await checkGolden(cases) };
      }`,
    );
    const module = await bundleProgram(folder, "evaluator.js");
    const policy = { "content-security-policy": "script-src 'self' 'unsafe-inline'" };
    const counts = await runInBrowser(await findBrowser() ?? "", module, { headers: policy });
    assertEquals(counts, { simd: false, cpu: 18 });
  },
);

const guide = await Deno.readTextFile(new URL("../../../docs/getting_started.md", import.meta.url));
const [firstProgram, mainProgram] = [...guide.matchAll(/^```js ignore\n([^]*?)^```$/gm)].map((
  [, code],
) => code);

testUnless(noNode, "the guide's first program runs in Node as the guide says", async () => {
  const folder = await installed();
  await Deno.writeTextFile(join(folder, "first.mjs"), firstProgram);
  assertEquals(await mustRun(["node", "first.mjs"], folder), "[ 5, 3, 40 ]\n");
});

testUnless(noBrowser, "the guide's program for the browser draws its raster", async () => {
  const folder = await installed();
  await Deno.writeTextFile(join(folder, "main.js"), mainProgram);
  const page = `import "./main.js"; export const run = () => document.body.textContent;`;
  await Deno.writeTextFile(join(folder, "page.js"), page);
  const text = await runInBrowser(
    await findBrowser() ?? "",
    await bundleProgram(folder, "page.js"),
  );
  assertStringIncludes(String(text), "40 units, 50 steps");
});
