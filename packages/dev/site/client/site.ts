/// <reference lib="dom" />
import { foldMenu } from "./menu.ts";
import { switchTheme } from "./theme.ts";

/** The element of every page that matches a selector. */
function part(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (element === null) throw new Error(`This page has no ${selector}`);
  return element;
}

switchTheme(part(".theme"));
foldMenu(part(".open-menu"), part(".menu"));
