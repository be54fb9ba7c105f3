/**
 * Writes one page of Markdown about a GPU, in at most eight minutes: the first look at a machine
 * with a real one. `bench/gpu/check.sh` starts it without the network.
 *
 *     bench/gpu/check.sh gpu.md
 *     bench/gpu/check.sh gpu.md --seconds 120 --python .venv/bin/python
 *
 * Every part runs in a process of its own, which is killed when its time is up: a driver that hangs
 * or crashes stops one part. The page keeps what a part has found until then, and says so.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Extents } from "../plain_scan.ts";
import type { Message, Task } from "./check_part.ts";
import type { Row } from "./measure_shape.ts";
import { passSections, showRatio } from "./report.ts";
import { runFor } from "./run_for.ts";
import { type Effort, untimed } from "./seconds_per_run.ts";
import { timeSpikingJelly } from "./spikingjelly.ts";

/** The batch that fills a data-centre GPU comes last. */
const shapes = ["5,256,17,10", "16,1024,16,16", "16,16384,8,10", "16,65536,8,10"];

/** The share of all the time after which a part must have ended. */
const ends = {
  "The machine": 0.1,
  "Cost per dispatch": 0.16,
  "Recomputation": 0.25,
  "Variants of both passes": 0.5,
  "An update of TD3": 0.65,
  "CPU and GPU": 0.8,
  "Beside SpikingJelly": 0.98,
};

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "480" },
    python: { type: "string", default: "python3" },
    shape: { type: "string", multiple: true },
    untimed: { type: "boolean", default: false },
    // The program of the parts; tests have one of their own.
    parts: { type: "string", default: fileURLToPath(new URL("./check_part.ts", import.meta.url)) },
  },
});
const begin = performance.now();
/** The seconds that have gone. */
const gone = () => (performance.now() - begin) / 1000;
const path = positionals[0] ?? "gpu.md";
const page: string[] = ["# A GPU", ""];

function write(...lines: readonly string[]): void {
  page.push(...lines);
  writeFileSync(path, `${page.join("\n").trimEnd()}\n`);
}

const rows: Row[] = [];
let plan: { readonly extents: readonly Extents[]; readonly effort: Effort } = {
  extents: [],
  effort: untimed,
};

/** Runs a part for at most so many seconds. */
async function runPart(title: string, most: number): Promise<void> {
  const task: Task = { title, shapes: values.shape ?? shapes, untimed: values.untimed };
  const flags = ["-A", "--no-check", "--no-remote", "--no-npm", "--cached-only"];
  const { code, signal, lines, errors } = await runFor(
    most,
    Deno.execPath(),
    ["run", ...flags, values.parts, JSON.stringify(task)],
  );
  for (const text of lines) {
    const message: Message = JSON.parse(text);
    if ("line" in message) write(message.line);
    else if ("row" in message) rows.push(message.row);
    else plan = message;
  }
  if (signal === "SIGKILL") write("", `Not measured to its end: ${Math.round(most)} s were over.`);
  else if (code !== 0) write("", `Failed: ${errors[0] ?? signal ?? `code ${code}`}`);
}

async function runSpikingJelly(_title: string, most: number): Promise<void> {
  const torch = await timeSpikingJelly(values.python, plan.extents, plan.effort, most);
  if (torch.machine !== undefined) write(`${torch.machine}.`, "");
  write(
    ...torch.warnings.map((warning) => `**Note:** ${warning}\n`),
    ...passSections({ rows, torch }, "###"),
  );
}

for (const [title, end] of Object.entries(ends)) {
  console.error(title);
  write(`## ${title}`, "");
  const most = end * Number(values.seconds) - gone();
  if (most < 1) write("Not measured: no time was left.");
  else await (title === "Beside SpikingJelly" ? runSpikingJelly : runPart)(title, most);
  write("");
}
write(
  `Written in ${
    Math.round(gone())
  } s. "of a copy" and "of copies": bytes that must be moved, at the`,
  "speed of the faster copy (a command, or a shader), over the time.",
  `Targets: forward at (16, 65536, 8, 10) at least 75 %, both at least 50 %, ${
    showRatio(10, 1)
  } SpikingJelly's speed, an update of TD3 ahead of one CPU thread.`,
);
