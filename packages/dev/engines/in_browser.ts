import { findBrowser, runInBrowser } from "../browser.ts";
import { writePlainModules } from "./plain_modules.ts";
import type { TestOutcome } from "./run_tests.ts";

/** Why tests of the GPU cannot run in a browser here; undefined where they can. */
export async function whyNotInBrowser(): Promise<string | undefined> {
  const browser = await findBrowser();
  if (browser === undefined) return "no Chromium here";
  try {
    return await runInBrowser(browser, probe) ? undefined : `${browser} finds no WebGPU adapter`;
  } catch (error) {
    return `${browser} runs no page: ${error instanceof Error ? error.message : error}`;
  }
}

const probe =
  `export const run = async () => await navigator.gpu?.requestAdapter() instanceof GPUAdapter;`;

const main = (entry: string) =>
  `import { runTests } from "/packages/dev/engines/run_tests.js";
import { register } from "/${entry.replace(/\.ts$/, ".js")}";

const read = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
export const run = () => runTests(register, read);
`;

/**
 * Runs the tests of a module in a headless browser: its function `register` registers them.
 *
 * @throws {Error} if the page fails or is silent for too long.
 */
export async function runTestsInBrowser(entry: string): Promise<TestOutcome[]> {
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-page-" });
  try {
    await writePlainModules("packages/dev/engines/run_tests.ts", folder);
    await writePlainModules(entry, folder);
    const outcomes = await runInBrowser(await findBrowser() ?? "", main(entry), {
      folder,
      patience: 300_000,
    });
    return outcomes as TestOutcome[];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
