/// <reference lib="dom" />

/** Where the reader's choice is kept; nothing there means the system's theme. */
const storageKey = "spikeloop-theme";

const order = ["system", "light", "dark"] as const;

type Theme = (typeof order)[number];

/** Makes a button go through the themes: system, light, dark. */
export function switchTheme(button: HTMLElement): void {
  const show = (theme: Theme) => {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
  };
  let theme = order.find((name) => name === localStorage.getItem(storageKey)) ?? "system";
  show(theme);
  button.addEventListener("click", () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    if (theme === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, theme);
    show(theme);
    document.dispatchEvent(new CustomEvent("spikeloop-theme"));
  });
}
