/**
 * `deno task bench:gpu`: the CPU, the GPU and SpikingJelly at the same shapes, as a page of
 * Markdown.
 *
 *     deno task bench:gpu > gpu.md
 *     deno task bench:gpu --python .venv/bin/python --shape 5,100,8,10 --shape 16,65536,8,10
 *
 * `--python` names a Python with torch and spikingjelly; `--quick` measures roughly,
 * `--untimed` just runs everything.
 *
 * @module
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type WebGpu, webgpu } from "@spikeloop/webgpu";
import { describeAdapter, isSoftware } from "./describe_adapter.ts";
import { forwardBytes, parseExtents, showExtents } from "./extents.ts";
import { measureShape, type Row } from "./measure_shape.ts";
import { report } from "./report.ts";
import { quick, thorough, untimed } from "./seconds_per_run.ts";
import { timeSpikingJelly } from "./spikingjelly.ts";
import { modelNames } from "./workload.ts";

/** From one environment to a batch that fills a data-centre GPU. */
const shapes = [
  "5,1,8,10",
  "5,100,8,10",
  "5,256,17,10",
  "16,1024,8,10",
  "16,4096,16,16",
  "16,16384,8,10",
  "16,65536,8,10",
];

/** Without a real GPU, shapes of more unit-steps than this take minutes. */
const mostInSoftware = 3_000_000;

/** The shapes to measure on this GPU, and notes for the report. */
function plan(gpu: WebGpu, chosen: readonly string[] | undefined) {
  const all = (chosen ?? shapes).map(parseExtents);
  if (!isSoftware(gpu)) return { extents: all, warnings: [] };
  const extents = chosen ? all : all.filter((e) => forwardBytes(e) / 8 <= mostInSoftware);
  return {
    extents,
    warnings: [
      "The GPU is a program on the CPU: no figure here says anything about GPUs.",
      ...(extents.length < all.length ? ["The larger shapes were left out."] : []),
    ],
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      python: { type: "string", default: "python3" },
      shape: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
      untimed: { type: "boolean", default: false },
    },
  });
  const effort = values.untimed ? untimed : values.quick ? quick : thorough;
  const gpu = await webgpu({ powerPreference: "high-performance" });
  const { extents, warnings } = plan(gpu, values.shape);
  const machine = [
    `CPU: ${cpus()[0]?.model ?? "unknown"}; Deno ${Deno.version.deno}`,
    `GPU: ${describeAdapter(gpu)}`,
  ];
  const rows: Row[] = [];
  for (const model of modelNames) {
    for (const e of extents) {
      console.error(`${model} at ${showExtents(e)}`);
      rows.push(await measureShape(model, e, gpu, effort));
    }
  }
  gpu.dispose();
  console.error(`SpikingJelly with ${values.python}`);
  const torch = await timeSpikingJelly(values.python, extents, effort);
  console.log(report({ machine, warnings, rows, torch }));
}

if (import.meta.main) await main();
