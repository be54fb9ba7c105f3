/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Makes the buttons beside blocks of code copy them. */
export function copyCode(buttons: Iterable<HTMLButtonElement>): void {
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = button.parentElement?.querySelector("pre")?.textContent ?? "";
      const isCopied = await navigator.clipboard.writeText(code).then(() => true, () => false);
      button.setAttribute("aria-label", isCopied ? "Copied" : "The browser forbids to copy");
      button.classList.toggle("done", isCopied);
      setTimeout(() => {
        button.setAttribute("aria-label", "Copy");
        button.classList.remove("done");
      }, 1500);
    });
  }
}
