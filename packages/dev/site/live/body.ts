import { digitPanel } from "./digit_panel.ts";
import { populationPanel } from "./population_panel.ts";
import { swingUpPanel } from "./swing_up_panel.ts";

/** The tabs: the name of the panel, and the text. */
const tabs = [
  ["swing-up", "Swing up a pendulum"],
  ["digit", "Draw a digit"],
  ["population", "Play with a population"],
] as const;

/** The HTML of the live page's main part. */
export function liveBody(): string {
  const list = tabs.map(([name, text], i) =>
    `<button type="button" role="tab" id="tab-${name}" aria-controls="panel-${name}" ` +
    `aria-selected="${i === 0}">${text}</button>`
  );
  return `<div class="live">
<div role="tablist" aria-label="Things to try">${list.join("\n")}</div>
<div id="notice" class="notice" role="alert" hidden><p data-text></p>
<button type="button" class="button">Close</button></div>
<noscript><p class="notice">This page runs networks in your browser: it needs JavaScript.</p></noscript>
${swingUpPanel()}
${digitPanel()}
${populationPanel()}
</div>`;
}
