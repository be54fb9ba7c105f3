/**
 * Writes one page of Markdown about a GPU, in at most eight minutes: the first look at a machine
 * with a real one. `bench/gpu/check.sh` starts it without the network.
 *
 *     bench/gpu/check.sh gpu.md
 *     bench/gpu/check.sh gpu.md --seconds 120 --python .venv/bin/python
 *
 * Every part is written as soon as it is there. A part that fails, or for which no time is left,
 * says so.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { cpu } from "@spikeloop/cpu";
import { type WebGpu, webgpu } from "@spikeloop/webgpu";
import { compareRecomputation } from "../../packages/webgpu/recomputation.ts";
import { td3Updates } from "../../packages/training/testing/td3_updates.ts";
import { describeAdapter, isSoftware } from "./describe_adapter.ts";
import { dispatchCost } from "./dispatch_cost.ts";
import { forwardBytes, parseExtents, showExtents } from "./extents.ts";
import { copySeconds, measureShape, type Row } from "./measure_shape.ts";
import { missing, passSections, showRatio, showSeconds, table } from "./report.ts";
import { type Effort, quick, secondsPerRun, untimed } from "./seconds_per_run.ts";
import { timeSpikingJelly } from "./spikingjelly.ts";
import { measureVariant, variants } from "./variants.ts";
import { modelNames, type Workload } from "./workload.ts";

/** The batch that fills a data-centre GPU comes first. */
const shapes = ["16,65536,8,10", "16,1024,16,16", "16,16384,8,10", "5,256,17,10"];

/** The batch is cut such that a program on the CPU takes no more unit-steps than this. */
const mostInSoftware = 100_000;

const { values, positionals } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "480" },
    python: { type: "string", default: "python3" },
    shape: { type: "string", multiple: true },
    untimed: { type: "boolean", default: false },
  },
});
const begin = performance.now();
/** The seconds that are left. */
const left = () => Number(values.seconds) - (performance.now() - begin) / 1000;
const path = positionals[0] ?? "gpu.md";
const page: string[] = ["# A GPU", ""];

function write(...lines: readonly string[]): void {
  page.push(...lines);
  writeFileSync(path, `${page.join("\n").trimEnd()}\n`);
}

/** The seconds of one run and the wait for it, where runs are too slow for more of them. */
async function secondsOfOne({ run, settle }: Workload): Promise<number> {
  const start = performance.now();
  run();
  await settle();
  return (performance.now() - start) / 1000;
}

/** The text of a part that runs when the time is up. */
function stopped(): Promise<string[]> {
  const result = ["Not measured to its end: no time is left."];
  return new Promise((resolve) => setTimeout(resolve, 1000 * Math.max(0, left()), result));
}

/** Writes a part, if `share` of all the time is left for it, or why it is missing. */
async function part(title: string, share: number, body: () => Promise<string[]>): Promise<void> {
  console.error(title);
  let lines: string[];
  try {
    lines = left() < share * Number(values.seconds)
      ? ["Not measured: no time is left."]
      : await Promise.race([body(), stopped()]);
  } catch (error) {
    lines = [`Failed: ${error instanceof Error ? error.message.split("\n")[0] : error}`];
  }
  write(`## ${title}`, "", ...lines, "");
}

const extents = (values.shape ?? shapes).map(parseExtents);
const gpu: WebGpu = await webgpu({ powerPreference: "high-performance" });
const software = isSoftware(gpu);
const effort: Effort = values.untimed || software ? untimed : quick;
if (software) {
  extents.forEach((e, i) => {
    const most = Math.max(1, Math.floor(mostInSoftware / (forwardBytes({ ...e, batch: 1 }) / 8)));
    extents[i] = { ...e, batch: Math.min(e.batch, most) };
  });
  // Two shapes may now be the same.
  const kept = new Map(extents.map((e) => [showExtents(e), e]));
  extents.splice(0, extents.length, ...kept.values());
}
const { vendor, architecture, device, description } = gpu.device.adapterInfo;
write(
  `- GPU: ${describeAdapter(gpu)}`,
  `- Adapter: ${[vendor, architecture, device, description].filter((s) => s).join("; ")}`,
  `- CPU: ${cpus()[0]?.model ?? "unknown"}; Deno ${Deno.version.deno}; ${Deno.build.target}`,
  `- ${new Date().toISOString()}`,
  "",
  ...software
    ? ["**The GPU is a program on the CPU, and batches are cut: no time here says anything.**", ""]
    : [],
);

await part("Cost per dispatch", 0.02, async () => {
  const rows: string[][] = [];
  for (const perSubmit of software ? [1, 64] : [1, 8, 64, 256]) {
    rows.push([`${perSubmit}`, showSeconds(await dispatchCost(gpu.device, perSubmit, effort))]);
  }
  return table(["dispatches per submit", "per dispatch"], rows);
});

await part("Recomputation", 0.02, async () => {
  const rows: string[][] = [];
  for (
    const [steps, batch, groups, group] of [
      [5, 256, 8, 10],
      [16, 1024, 8, 10],
      [40, 256, 8, 10],
      [16, 256, 16, 16],
      [16, 256, 4, 33],
      [16, 1024, 80, 0],
    ]
  ) {
    const units = groups * Math.max(1, group);
    const own = software ? Math.ceil(batch / 16) : batch;
    const { spikes, others, flips, units: all } = await compareRecomputation(
      gpu,
      { steps, batch: own, units, group },
    );
    rows.push([`(${[steps, own, groups, group]})`, ...[all, spikes, others, flips].map(String)]);
  }
  return [
    `The adapter ${gpu.info.recomputes ? "computes the same bits" : "**computes other bits**"}.`,
    "",
    ...table(["(T, N, groups, P)", "units", "spikes", "other membranes", "other spikes"], rows),
  ];
});

await part("Variants of both passes", 0.1, async () => {
  const lines = ["ILC-CUBA-LIF; backward is both passes less the forward one.", ""];
  for (const [i, e] of extents.entries()) {
    const copy = await copySeconds(gpu, e, effort);
    const share = (bytes: number, seconds: number) =>
      seconds > 0 ? `${Math.round(100 * bytes / forwardBytes(e) * copy / seconds)} %` : missing;
    const rows: string[][] = [];
    for (const variant of software || values.untimed ? variants.slice(0, 2) : variants) {
      if (left() < (1 - i / 8) * 0.4 * Number(values.seconds)) break;
      const { forward, both } = await measureVariant(variant, e, effort);
      // Unit-steps times 4 bytes: two forward, three backward.
      const [two, five] = [forwardBytes(e), 2.5 * forwardBytes(e)];
      rows.push([
        variant.name,
        showSeconds(forward),
        share(two, forward),
        showSeconds(both - forward),
        showSeconds(both),
        share(five, both),
      ]);
    }
    const head = ["variant", "forward", "of a copy", "backward", "both", "of copies"];
    const shown = `${showExtents(e)}, copy of x in ${showSeconds(copy)}`;
    lines.push(`### ${shown}`, "", ...table(head, rows), "");
  }
  return lines;
});

await part("An update of TD3", 0.05, async () => {
  const rows: string[][] = [];
  for (const backend of [gpu, cpu]) {
    const { first, update } = td3Updates(backend);
    let [state, i] = [update(first, 0), 1];
    const before = gpu.info.dispatches;
    const workload: Workload = {
      run: () => {
        for (const end = i + 2; i < end; i++) state = update(state, i);
      },
      settle: async () => void await state.networks.actor["encoder.mean"].data(),
    };
    workload.run();
    const dispatches = (gpu.info.dispatches - before) / 2;
    await workload.settle();
    const seconds = await (software ? secondsOfOne : secondsPerRun)(workload, effort) / 2;
    const name = backend === gpu ? "GPU" : "CPU, one thread";
    rows.push([name, showSeconds(seconds), backend === gpu ? `${dispatches}` : missing]);
  }
  return [
    "17 observations, 6 actions, 100 rows, 5 steps, two layers of 256; the mean of an update with",
    "the actor and one of the critics alone.",
    "",
    ...table(["", "per update", "dispatches"], rows),
  ];
});

const rows: Row[] = [];
await part("CPU and GPU", 0.05, async () => {
  for (const model of modelNames) {
    for (const e of extents) {
      if (left() < 0.25 * Number(values.seconds)) break;
      rows.push(await measureShape(model, e, gpu, effort));
    }
  }
  return rows.length === 0 ? ["No time was left."] : [
    ...table(
      ["model", "(T, N, actDim, decPopDim)", "spikes", "other on the GPU"],
      rows.map(({ model, extents, spikeRate, flipped, reason }) => [
        model,
        showExtents(extents),
        `${(100 * spikeRate).toFixed(1)} %`,
        flipped === undefined ? reason ?? missing : `${flipped}`,
      ]),
    ),
  ];
});

await part("Beside SpikingJelly", 0.05, async () => {
  const torch = await timeSpikingJelly(values.python, extents, effort, left() - 10);
  const machine = torch.machine === undefined ? [] : [`${torch.machine}.`, ""];
  return [
    ...machine,
    ...torch.warnings.map((warning) => `**Note:** ${warning}\n`),
    ...passSections({ rows, torch }, "###"),
  ];
});

write(
  `Written in ${Math.round((performance.now() - begin) / 1000)} s. "of a copy" and "of copies":`,
  "bytes that must be moved, at the speed of the faster copy (a command, or a shader), over the time.",
  `Targets: forward at (16, 65536, 8, 10) at least 75 %, both at least 50 %, ${
    showRatio(10, 1)
  } SpikingJelly's speed, an update of TD3 ahead of one CPU thread.`,
);
// A part that was stopped may still run.
Deno.exit();
