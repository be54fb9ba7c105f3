/// <reference lib="dom" />
import { find } from "./dom.ts";

const box = () => find(document, "#notice", HTMLElement);

/** Tells the reader about an error, in the page. */
export function tellError(message: string): void {
  const element = box();
  element.hidden = false;
  find(element, "[data-text]", HTMLElement).textContent = message;
}

/** Takes the last message away. */
export function clearError(): void {
  box().hidden = true;
}

/** Tells about every error that nothing has caught. */
export function watchErrors(): void {
  addEventListener("error", ({ message }) => tellError(message));
  addEventListener(
    "unhandledrejection",
    ({ reason }) => tellError(String(reason?.message ?? reason)),
  );
  find(box(), "button", HTMLButtonElement).addEventListener("click", clearError);
}
