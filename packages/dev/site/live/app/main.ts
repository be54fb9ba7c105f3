/// <reference lib="dom" />
/**
 * The live page: opens its tabs, each with its own module.
 *
 * @module
 */
import { find } from "./shared/dom.ts";
import { tellError, watchErrors } from "./shared/notice.ts";
import { workerPort } from "./shared/port.ts";
import { openTabs } from "./shared/tabs.ts";
import type { StageNews, StageOrder } from "./swing_up/stage_messages.ts";

watchErrors();
// A browser would leave the page for a file that is dropped onto it.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
openTabs(find(document, '[role="tablist"]', HTMLElement), {
  "swing-up": async (panel) => {
    // The worker starts while the page's module loads.
    const stage = workerPort<StageNews, StageOrder>("stage");
    (await import("./swing_up/page.ts")).openSwingUp(panel, stage);
  },
  "digit": async (panel) => (await import("./digit/page.ts")).openDigit(panel),
  "population": async (panel) => (await import("./population/page.ts")).openPopulation(panel),
}).catch((error) => tellError(error.message));
