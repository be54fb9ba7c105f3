/**
 * The tools of the tests of this repository. Unpublished.
 *
 * @module
 */
export type { Assertions } from "./assertions.ts";
export { Browser, findBrowser } from "./browser.ts";
export { inEngines } from "./engines/in_engines.ts";
export { equal } from "./equal.ts";
export { recordShaders } from "./guides/record_shaders.ts";
export { onBrowser, openBrowser, type RunInTab } from "./on_browser.ts";
export { noGpu, onGpu } from "./on_gpu.ts";
export { testUnless } from "./test_unless.ts";
