/**
 * One part of the page of check.ts, in a process of its own: it can be stopped, or crash, at any
 * point. It prints its lines as JSON, as soon as each is known.
 *
 *     deno run -A bench/gpu/check_part.ts '{"title": "Cost per dispatch"}'
 *
 * @module
 */
import { cpus } from "node:os";
import { cpu } from "@spikeloop/cpu";
import { type WebGpu, webgpu } from "@spikeloop/webgpu";
import { td3Updates } from "../../packages/training/testing/td3_updates.ts";
import { compareRecomputation } from "../../packages/webgpu/recomputation.ts";
import type { Extents } from "../plain_scan.ts";
import { describeAdapter, isSoftware } from "./describe_adapter.ts";
import { dispatchCost } from "./dispatch_cost.ts";
import { forwardBytes, parseExtents, showExtents } from "./extents.ts";
import { copySeconds, measureShape, type Row } from "./measure_shape.ts";
import { missing, showSeconds, table } from "./report.ts";
import { type Effort, quick, secondsPerRun, untimed } from "./seconds_per_run.ts";
import { measureVariant, variants } from "./variants.ts";
import { modelNames, type Workload } from "./workload.ts";

/** A part, and how to measure. */
export interface Task {
  readonly title: string;
  /** As T,N,actDim,decPopDim. */
  readonly shapes: readonly string[];
  readonly untimed: boolean;
}

/** A message of a part. */
export type Message =
  | { readonly line: string }
  | { readonly row: Row }
  | { readonly extents: readonly Extents[]; readonly effort: Effort };

/** The batch is cut such that a program on the CPU takes no more unit-steps than this. */
const mostInSoftware = 100_000;

function send(message: Message): void {
  console.log(JSON.stringify(message));
}

function write(...lines: readonly string[]): void {
  for (const line of lines) send({ line });
}

/** The rows of a table, written one by one. */
function startTable(...head: readonly string[]): (...row: readonly string[]) => void {
  write(...table(head, []));
  return (...row) => write(table(head, [row])[2]);
}

/** The seconds of one run and the wait for it, where runs are too slow for more of them. */
async function secondsOfOne({ run, settle }: Workload): Promise<number> {
  const start = performance.now();
  run();
  await settle();
  return (performance.now() - start) / 1000;
}

/** The shapes to measure, the smallest first: of two that a cut makes the same, one. */
function plan(shapes: readonly string[], software: boolean): Extents[] {
  const chosen = shapes.map(parseExtents).map((e) => {
    const most = Math.max(1, Math.floor(mostInSoftware / (forwardBytes({ ...e, batch: 1 }) / 8)));
    return software ? { ...e, batch: Math.min(e.batch, most) } : e;
  });
  return [...new Map(chosen.map((e) => [showExtents(e), e])).values()]
    .sort((a, b) => forwardBytes(a) - forwardBytes(b));
}

/** The GPU, and how and at what it is measured. */
interface Bench {
  readonly gpu: WebGpu;
  readonly software: boolean;
  readonly extents: readonly Extents[];
  readonly effort: Effort;
}

const parts: Readonly<Record<string, (bench: Bench) => void | Promise<void>>> = {
  "The machine": ({ gpu, software, extents, effort }) => {
    const { vendor, architecture, device, description } = gpu.device.adapterInfo;
    write(
      `- GPU: ${describeAdapter(gpu)}`,
      `- Adapter: ${[vendor, architecture, device, description].filter((s) => s).join("; ")}`,
      `- CPU: ${cpus()[0]?.model ?? "unknown"}; Deno ${Deno.version.deno}; ${Deno.build.target}`,
      `- ${new Date().toISOString()}`,
    );
    if (software) {
      const line =
        "**The GPU is a program on the CPU, and batches are cut: no time here says anything.**";
      write("", line);
    }
    send({ extents, effort });
  },

  "Cost per dispatch": async ({ gpu, software, effort }) => {
    const row = startTable("dispatches per submit", "per dispatch");
    for (const perSubmit of software ? [1, 64] : [1, 8, 64, 256]) {
      row(`${perSubmit}`, showSeconds(await dispatchCost(gpu.device, perSubmit, effort)));
    }
  },

  "Recomputation": async ({ gpu, software }) => {
    const same = gpu.info.recomputes ? "computes the same bits" : "**computes other bits**";
    write(`The adapter ${same}.`, "");
    const row = startTable(
      "(T, N, groups, P)",
      "units",
      "spikes",
      "other membranes",
      "other spikes",
    );
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
      row(`(${[steps, own, groups, group]})`, ...[all, spikes, others, flips].map(String));
    }
  },

  "Variants of both passes": async ({ gpu, software, extents, effort }) => {
    write("ILC-CUBA-LIF; backward is both passes less the forward one.");
    for (const e of extents) {
      const copy = await copySeconds(gpu, e, effort);
      const share = (bytes: number, seconds: number) =>
        seconds > 0 ? `${Math.round(100 * bytes / forwardBytes(e) * copy / seconds)} %` : missing;
      write("", `### ${showExtents(e)}, copy of x in ${showSeconds(copy)}`, "");
      const row = startTable("variant", "forward", "of a copy", "backward", "both", "of copies");
      for (const variant of software || effort === untimed ? variants.slice(0, 2) : variants) {
        const { forward, both } = await measureVariant(variant, e, effort);
        // Unit-steps times 4 bytes: two forward, three backward.
        const [two, five] = [forwardBytes(e), 2.5 * forwardBytes(e)];
        row(
          variant.name,
          showSeconds(forward),
          share(two, forward),
          showSeconds(both > forward ? both - forward : undefined),
          showSeconds(both),
          share(five, both),
        );
      }
    }
  },

  "An update of TD3": async ({ gpu, software, effort }) => {
    write(
      "17 observations, 6 actions, 100 rows, 5 steps, two layers of 256; the mean of an update with",
      "the actor and one of the critics alone.",
      "",
    );
    const row = startTable("", "per update", "dispatches");
    for (const backend of [cpu, gpu]) {
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
      row(name, showSeconds(seconds), backend === gpu ? `${dispatches}` : missing);
    }
  },

  "CPU and GPU": async ({ gpu, extents, effort }) => {
    const row = startTable("model", "(T, N, actDim, decPopDim)", "spikes", "other on the GPU");
    for (const e of extents) {
      for (const model of modelNames) {
        const measured = await measureShape(model, e, gpu, effort);
        send({ row: measured });
        const { spikeRate, flipped, reason } = measured;
        const other = flipped === undefined ? reason ?? missing : `${flipped}`;
        row(model, showExtents(e), `${(100 * spikeRate).toFixed(1)} %`, other);
      }
    }
  },
};

if (import.meta.main) {
  const task: Task = JSON.parse(Deno.args[0]);
  const gpu = await webgpu({ powerPreference: "high-performance" });
  const software = isSoftware(gpu);
  const effort = task.untimed || software ? untimed : quick;
  await parts[task.title]({ gpu, software, effort, extents: plan(task.shapes, software) });
  Deno.exit(); // Devices may keep the process alive.
}
