import { Browser, findBrowser } from "./browser.ts";
import { writePlainModules } from "./engines/plain_modules.ts";
import { testUnless } from "./test_unless.ts";

/** Calls the exported function `run` of a module's source in a tab, and returns its result. */
export type RunInTab = (source: string) => Promise<unknown>;

/**
 * Serves a module of this repository and all its imports to a headless browser, where a script
 * imports it as `"/" + entry` with the ending `.js`.
 *
 * @returns Nothing where no browser is installed.
 */
export async function openBrowser(
  entry: string,
): Promise<{ readonly run: RunInTab; readonly close: () => Promise<void> } | undefined> {
  const path = await findBrowser();
  if (path === undefined) return undefined;
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-page-" });
  const browser = await Browser.start(path);
  await writePlainModules(entry, folder);
  return {
    run: (source) => browser.run(source, { folder }),
    async close() {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/**
 * Registers tests in a headless browser by calling `register` with the function that runs a script
 * there, which may import a module of this repository. Without a browser, one ignored test named
 * `what` stands for them all.
 *
 * @example
 * ```ts ignore
 * import { onBrowser } from "@spikeloop/dev";
 *
 * await onBrowser("plots", "packages/plot/mod.ts", (run) =>
 *   Deno.test("a page can draw", async () => {
 *     await run(`import { rasterCanvas } from "/packages/plot/mod.js"; export const run = ...`);
 *   }));
 * ```
 */
export async function onBrowser(
  what: string,
  entry: string,
  register: (run: RunInTab) => void,
): Promise<void> {
  const tabs = await openBrowser(entry);
  if (tabs === undefined) {
    return testUnless("no Chromium here", `${what} in a browser`, () => {});
  }
  register(tabs.run);
  Deno.test.afterAll(tabs.close);
}
