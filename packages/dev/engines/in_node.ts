import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repositoryRoot } from "../run_deno.ts";
import { writePlainModules } from "./plain_modules.ts";
import type { TestOutcome } from "./run_tests.ts";

/** The folder in which `.ci/run` installs the npm package "webgpu", the GPU of Node. */
const nodeGpu = join(repositoryRoot, "dist/tools/node_modules/webgpu/index.js");

/**
 * Software GPUs that come with a browser, the first that exists is taken; the package refuses older
 * ones of Mesa.
 */
const swiftShaders = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
];

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

/** Runs Node, with a software GPU where there is one. */
async function runNode(args: readonly string[], cwd: string, patience: number) {
  const found = await Array.fromAsync(swiftShaders, exists);
  const driver = Deno.env.get("VK_ICD_FILENAMES") ?? swiftShaders[found.indexOf(true)];
  return await new Deno.Command("node", {
    args: [...args],
    cwd,
    env: { XDG_RUNTIME_DIR: tmpdir(), ...driver ? { VK_ICD_FILENAMES: driver } : undefined },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(patience),
  }).output();
}

const probe = `import { create } from ${JSON.stringify(pathToFileURL(nodeGpu))};
const gpu = create([]);
process.exitCode = await gpu.requestAdapter() ? 0 : 1;
`;

/** Why tests cannot run in Node here; undefined where they can. */
export async function whyNotInNode(): Promise<string | undefined> {
  if (!await exists(nodeGpu)) return "no npm package webgpu in dist/tools: .ci/run installs it";
  try {
    const { code } = await runNode(["--input-type=module", "--eval", probe], ".", 300_000);
    return code === 0 ? undefined : "Node finds no WebGPU adapter";
  } catch {
    return "no Node here";
  }
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
 * Runs the tests of a module in Node: its function `register` registers them. The process must end
 * by itself.
 *
 * @throws {Error} if Node fails, or is still running after `patience` milliseconds.
 */
export async function runTestsInNode(
  entry: string,
  { patience = 1_800_000 }: { readonly patience?: number } = {},
): Promise<TestOutcome[]> {
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-node-" });
  try {
    await writePlainModules("packages/dev/engines/run_tests.ts", folder);
    await writePlainModules(entry, folder);
    await Deno.writeTextFile(join(folder, "package.json"), `{ "type": "module" }`);
    await Deno.writeTextFile(join(folder, "main.js"), main(entry));
    const { code, signal, stderr } = await runNode(["main.js"], folder, patience);
    if (code !== 0) {
      const how = signal === null ? `code ${code}` : `${signal}, perhaps after ${patience} ms`;
      throw new Error(`Node ended with ${how}: ${new TextDecoder().decode(stderr)}`);
    }
    return JSON.parse(await Deno.readTextFile(join(folder, "outcomes.json")));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
