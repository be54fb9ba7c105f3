/// <reference lib="dom" />
/**
 * The live page: opens its tabs, each with its own module.
 *
 * @module
 */
import { find } from "./shared/dom.ts";
import { tellError, watchErrors } from "./shared/notice.ts";
import { openTabs } from "./shared/tabs.ts";

watchErrors();
openTabs(find(document, '[role="tablist"]', HTMLElement), {
  "swing-up": async (panel) => (await import("./swing_up/page.ts")).openSwingUp(panel),
  "digit": async (panel) => (await import("./digit/page.ts")).openDigit(panel),
  "population": async (panel) => (await import("./population/page.ts")).openPopulation(panel),
}).catch((error) => tellError(error.message));
