/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Makes the buttons beside blocks of code copy them, and say so. */
export function copyCode(buttons: Iterable<HTMLButtonElement>): void {
  for (const button of buttons) {
    const hasWords = button.textContent?.trim() !== "";
    const say = (text: string) => {
      button.setAttribute("aria-label", text);
      if (hasWords) button.textContent = text;
    };
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = button.parentElement?.querySelector("pre")?.textContent ?? "";
      const isCopied = await navigator.clipboard.writeText(code).then(() => true, () => false);
      say(isCopied ? "Copied" : "The browser forbids to copy");
      button.classList.toggle("done", isCopied);
      setTimeout(() => {
        say("Copy");
        button.classList.remove("done");
      }, 1500);
    });
  }
}
