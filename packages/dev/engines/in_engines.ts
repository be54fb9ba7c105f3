import type { Browser } from "../browser.ts";
import { testUnless } from "../test_unless.ts";
import { runTestsInBrowser, startBrowser } from "./in_browser.ts";
import { runTestsInNode, whyNotInNode } from "./in_node.ts";
import type { TestOutcome } from "./run_tests.ts";

/**
 * Registers tests for a browser and tests for Node, by name. Each runs the tests of a module there,
 * as steps: its function `register`, which takes the options of `webgpu()`, registers them with
 * `Deno.test` and resolves to a function to call in the end. The paths of the modules start at the
 * root of the repository. The browser is started once.
 *
 * @example
 * ```ts ignore
 * import { inEngines } from "@spikeloop/dev";
 *
 * await inEngines({ "nodes equal the reference": "packages/nodes/testing/engine_suites.ts" });
 * ```
 */
export async function inEngines(modules: Readonly<Record<string, string>>): Promise<void> {
  const browser = await startBrowser();
  const noBrowser = typeof browser === "string" ? browser : undefined;
  const noNode = await whyNotInNode();
  if (typeof browser !== "string") Deno.test.afterAll(() => browser.close());
  for (const [what, entry] of Object.entries(modules)) {
    const inEngine = (
      name: string,
      whyNot: string | undefined,
      run: () => Promise<TestOutcome[]>,
    ) =>
      testUnless(whyNot, `${what}, in ${name}`, async (t) => {
        const outcomes = await run();
        if (outcomes.length === 0) throw new Error(`${entry} registers no test in ${name}`);
        for (const { name, error } of outcomes) {
          await t.step(name, () => {
            if (error !== undefined) throw new Error(error);
          });
        }
      });
    inEngine("Chromium", noBrowser, () => runTestsInBrowser(browser as Browser, entry));
    inEngine("Node", noNode, () => runTestsInNode(entry));
  }
}
