/// <reference lib="dom" />

/** Makes a button open and close the list of pages; Escape closes it. */
export function foldMenu(button: HTMLElement, menu: HTMLElement): void {
  const set = (isOpen: boolean) => {
    menu.classList.toggle("open", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => set(!menu.classList.contains("open")));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !menu.classList.contains("open")) return;
    set(false);
    button.focus();
  });
}
