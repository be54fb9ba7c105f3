import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../run_deno.ts";
import { writePlainModules } from "./plain_modules.ts";
import type { TestOutcome } from "./run_tests.ts";

/** Where `.ci/run` puts the npm package "webgpu", which gives Node a GPU. */
const nodeGpu = join(repositoryRoot, "dist/tools/node_modules/webgpu/index.js");

/** The software GPU that comes with Chromium; the package refuses older ones of Mesa. */
const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

/** Why tests cannot run in Node here; undefined where they can. */
export async function whyNotInNode(): Promise<string | undefined> {
  try {
    await new Deno.Command("node", { args: ["--version"], stdout: "null" }).output();
  } catch {
    return "no Node here";
  }
  if (!await exists(nodeGpu)) return "no npm package webgpu in dist/tools: .ci/run installs it";
  return undefined;
}

const main = (entry: string) =>
  `import { readFile, writeFile } from "node:fs/promises";
import { create } from ${JSON.stringify(pathToFileURL(nodeGpu))};
import { runTests } from "./packages/dev/engines/run_tests.js";
import { register } from "./${entry.replace(/\.ts$/, ".js")}";

const outcomes = await runTests(() => register({ gpu: create([]) }), readFile);
await writeFile(new URL("outcomes.json", import.meta.url), JSON.stringify(outcomes));
`;

/**
 * Runs the tests that the function `register` of a module registers in Node. The process must end by itself.
 *
 * @throws {Error} if Node fails, or is still running after `patience` milliseconds.
 */
export async function runTestsInNode(
  entry: string,
  { patience = 300_000 }: { readonly patience?: number } = {},
): Promise<TestOutcome[]> {
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-node-" });
  try {
    await writePlainModules("packages/dev/engines/run_tests.ts", folder);
    await writePlainModules(entry, folder);
    await Deno.writeTextFile(join(folder, "package.json"), `{ "type": "module" }`);
    await Deno.writeTextFile(join(folder, "main.js"), main(entry));
    const software = await exists(swiftShader) ? { VK_ICD_FILENAMES: swiftShader } : undefined;
    const { code, signal, stderr } = await new Deno.Command("node", {
      args: ["main.js"],
      cwd: folder,
      env: { XDG_RUNTIME_DIR: folder, ...software },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(patience),
    }).output();
    if (code !== 0) {
      const how = signal === null ? `code ${code}` : `${signal}, perhaps after ${patience} ms`;
      throw new Error(`Node ended with ${how}: ${new TextDecoder().decode(stderr)}`);
    }
    return JSON.parse(await Deno.readTextFile(join(folder, "outcomes.json")));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
