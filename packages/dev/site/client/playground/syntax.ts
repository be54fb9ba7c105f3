/// <reference lib="dom" />
import { asFunction } from "./prepare.ts";

/** Returns the line of the first fault of syntax in a program, which is parsed and not run. */
export function faultyLine(code: string): number | undefined {
  let line: number | undefined;
  const note = (event: ErrorEvent) => {
    event.preventDefault();
    line = event.lineno;
  };
  addEventListener("error", note);
  const script = document.createElement("script");
  script.textContent = asFunction(code);
  document.head.append(script);
  script.remove();
  removeEventListener("error", note);
  return line;
}
