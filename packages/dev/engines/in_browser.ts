import { Browser, findBrowser } from "../browser.ts";
import { writePlainModules } from "./plain_modules.ts";
import type { TestOutcome } from "./run_tests.ts";

/** Starts a browser that has a GPU; returns why there is none on this machine where that is so. */
export async function startBrowser(): Promise<Browser | string> {
  const path = await findBrowser();
  if (path === undefined) return "no Chromium here";
  let browser: Browser | undefined;
  try {
    browser = await Browser.start(path);
    if (await browser.run(probe)) return browser;
    await browser.close();
    return `${path} finds no WebGPU adapter`;
  } catch (error) {
    await browser?.close();
    return `${path} runs no page: ${error instanceof Error ? error.message : error}`;
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
 * Runs the tests of a module in a browser: its function `register` registers them.
 *
 * @throws {Error} if the page fails or is silent for too long.
 */
export async function runTestsInBrowser(browser: Browser, entry: string): Promise<TestOutcome[]> {
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-page-" });
  try {
    await writePlainModules("packages/dev/engines/run_tests.ts", folder);
    await writePlainModules(entry, folder);
    return await browser.run(main(entry), { folder, patience: 1_800_000 }) as TestOutcome[];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
