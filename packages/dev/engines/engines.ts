import { runTestsInBrowser, whyNotInBrowser } from "./in_browser.ts";
import { runTestsInNode, whyNotInNode } from "./in_node.ts";
import type { TestOutcome } from "./run_tests.ts";

/** A runtime other than Deno, with a GPU. */
export interface Engine {
  readonly name: string;
  /** Why it cannot run here; undefined where it can. */
  whyNot(): Promise<string | undefined>;
  /** Runs what the function `register` of a module registers; the path starts at the root of the repository. */
  run(entry: string): Promise<TestOutcome[]>;
}

/** The engines in which tests of the GPU run, besides Deno. */
export const engines: readonly Engine[] = [
  { name: "Chromium", whyNot: whyNotInBrowser, run: runTestsInBrowser },
  { name: "Node", whyNot: whyNotInNode, run: runTestsInNode },
];
