/// <reference lib="dom" />

/** Makes a button copy a text, and say so. */
export function copyOnClick(button: HTMLButtonElement, text: () => string): void {
  const label = button.textContent;
  const say = (text: string) => {
    button.textContent = text;
    setTimeout(() => button.textContent = label, 1500);
  };
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(text()).then(() => say("Copied"), () => say("Select it by hand"));
  });
}
