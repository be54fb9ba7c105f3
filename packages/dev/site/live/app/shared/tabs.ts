/// <reference lib="dom" />
import { find } from "./dom.ts";

/** Opens the panel of a tab when it is shown for the first time. */
export type OpenTab = (panel: HTMLElement) => Promise<void>;

/**
 * Makes a list of tabs work, as the authoring practices of WAI-ARIA describe it: arrow keys, Home
 * and End choose a tab. The address names the tab that is shown: `#digit`.
 */
export async function openTabs(
  list: HTMLElement,
  openers: Readonly<Record<string, OpenTab>>,
): Promise<void> {
  const tabs = [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
  const nameOf = (tab: HTMLElement) => tab.id.replace(/^tab-/, "");
  const opened = new Set<string>();

  const show = async (tab: HTMLElement) => {
    for (const other of tabs) {
      const isShown = other === tab;
      other.setAttribute("aria-selected", String(isShown));
      other.tabIndex = isShown ? 0 : -1;
      find(document, `#panel-${nameOf(other)}`, HTMLElement).hidden = !isShown;
    }
    const name = nameOf(tab);
    if (opened.has(name)) return;
    opened.add(name);
    await openers[name]?.(find(document, `#panel-${name}`, HTMLElement));
  };
  const choose = (tab: HTMLElement) => {
    history.replaceState(undefined, "", `#${nameOf(tab)}`);
    tab.focus();
    return show(tab);
  };
  const fromAddress = () => tabs.find((tab) => `#${nameOf(tab)}` === location.hash);

  for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const at = tabs.findIndex((tab) => tab === document.activeElement);
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: tabs.length - 1,
    };
    const next = moves[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    choose(tabs[(next + tabs.length) % tabs.length]);
  });
  addEventListener("hashchange", () => {
    const tab = fromAddress(); // Other fragments, as of the link to the text, are no tabs.
    if (tab !== undefined) show(tab);
  });
  await show(fromAddress() ?? tabs[0]);
}
