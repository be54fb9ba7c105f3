/// <reference lib="dom" />

/** Where the reader's choice is kept; nothing there means the system's theme. */
const storageKey = "spikeloop-theme";

const order = ["system", "light", "dark"] as const;

type Theme = (typeof order)[number];

/** Makes a button go through the themes: system, light, dark. */
export function switchTheme(button: HTMLElement): void {
  const show = (theme: Theme) => {
    for (const { dataset } of [document.documentElement, button]) {
      if (theme === "system") delete dataset.theme;
      else dataset.theme = theme;
    }
    button.setAttribute("aria-label", `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
  };
  let theme = order.find((name) => name === read()) ?? "system";
  show(theme);
  button.addEventListener("click", () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    keep(theme);
    show(theme);
    document.dispatchEvent(new CustomEvent("spikeloop-theme"));
  });
}

/** A browser may forbid to keep anything: the choice then holds for the page. */
function read(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

function keep(theme: Theme): void {
  try {
    if (theme === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme);
  } catch {
    // As above.
  }
}
