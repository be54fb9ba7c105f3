/// <reference lib="webworker" />
import { format, isSvg } from "./format.ts";
import type { Message, Program } from "./messages.ts";
import { prepare } from "./prepare.ts";

/** The most lines of output: an endless loop must not fill the page. */
const mostLines = 500;

let lines = 0;
function send(message: Message): void {
  postMessage(message);
}

function print(kind: "text" | "warning", values: readonly unknown[]): void {
  if (++lines > mostLines) {
    if (lines === mostLines + 1) send({ kind: "warning", text: `More than ${mostLines} lines: …` });
    return;
  }
  if (values.length === 1 && isSvg(values[0])) return send({ kind: "picture", text: values[0] });
  send({ kind, text: values.map((value) => format(value)).join(" ") });
}

function fail(error: unknown, module: string): void {
  const stack = error instanceof Error ? error.stack ?? "" : "";
  const [, line] = stack.split(module)[1]?.match(/^:(\d+)/) ?? [];
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  send({ kind: "error", text, ...(line && { line: Number(line) }) });
}

for (const name of ["log", "info", "debug", "table", "dir"] as const) {
  console[name] = (...values: unknown[]) => print("text", values);
}
for (const name of ["warn", "error"] as const) {
  console[name] = (...values: unknown[]) => print("warning", values);
}
Object.assign(globalThis, { show: (...values: unknown[]) => print("text", values) });

addEventListener("message", async ({ data: { code, library } }: MessageEvent<Program>) => {
  const blob = new Blob([prepare(code, library)], { type: "text/javascript" });
  const module = URL.createObjectURL(blob);
  addEventListener("unhandledrejection", ({ reason }) => fail(reason, module));
  try {
    const value = await (await import(module)).$value;
    if (value !== undefined) print("text", [value]);
  } catch (error) {
    fail(error, module);
  }
  send({ kind: "done" });
}, { once: true });
