import { testUnless } from "../test_unless.ts";
import { runTestsInBrowser, whyNotInBrowser } from "./in_browser.ts";
import { runTestsInNode, whyNotInNode } from "./in_node.ts";
import type { TestOutcome } from "./run_tests.ts";

/** A runtime other than Deno, with a GPU. */
interface Engine {
  readonly name: string;
  /** Why it cannot run here; undefined where it can. */
  whyNot(): Promise<string | undefined>;
  /** Runs the tests of the module at a path that starts at the root of the repository. */
  run(entry: string): Promise<TestOutcome[]>;
}

const engines: readonly Engine[] = [
  { name: "Chromium", whyNot: whyNotInBrowser, run: runTestsInBrowser },
  { name: "Node", whyNot: whyNotInNode, run: runTestsInNode },
];

/**
 * Registers a test for a browser and one for Node. Each runs the tests of a module there, as steps:
 * its function `register`, which takes the options of `webgpu()`, registers them with `Deno.test`
 * and resolves to a function to call in the end. The path starts at the root of the repository.
 *
 * @example
 * ```ts ignore
 * import { inEngines } from "@spikeloop/dev";
 *
 * await inEngines("nodes equal the reference", "packages/nodes/testing/engine_suites.ts");
 * ```
 */
export async function inEngines(what: string, entry: string): Promise<void> {
  for (const engine of engines) {
    testUnless(await engine.whyNot(), `${what}, in ${engine.name}`, async (t) => {
      const outcomes = await engine.run(entry);
      if (outcomes.length === 0) throw new Error(`${entry} registers no test in ${engine.name}`);
      for (const { name, error } of outcomes) {
        await t.step(name, () => {
          if (error !== undefined) throw new Error(error);
        });
      }
    });
  }
}
