// The figures as Markdown.
import type { Extents } from "../plain_scan.ts";
import { forwardBytes, showExtents } from "./extents.ts";
import type { Row } from "./measure_shape.ts";
import type { TorchReport } from "./spikingjelly.ts";

/** The contents of a report. */
export interface Figures {
  /** CPU, GPU, runtime. */
  readonly machine: readonly string[];
  readonly warnings: readonly string[];
  readonly rows: readonly Row[];
  readonly torch: TorchReport;
}

/** In place of a figure. */
export const missing = "–";

/** Three digits, in a unit that fits. A time of 0 was too short to be seen. */
export function showSeconds(seconds: number | undefined): string {
  if (!seconds) return missing;
  const [value, unit] = seconds < 1e-3 ? [seconds * 1e6, "µs"] : [seconds * 1e3, "ms"];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

/** How many times as long `other` takes. */
export const showRatio = (other: number | undefined, seconds: number | undefined) =>
  !other || !seconds ? missing : `${Number((other / seconds).toPrecision(3))}x`;

/** Lines of a table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i === 0 ? "---" : "--:")), ...rows.map(line)];
}

type Measured = Pick<Figures, "rows" | "torch">;

const sameShape = (e: Extents, shape: readonly number[]) =>
  `${shape}` === `${[e.steps, e.batch, e.actDim, e.decPopDim]}`;

/** One pass of one model at all shapes. */
function passTable(figures: Measured, model: string, pass: "forward" | "both"): string[] {
  const { torch } = figures;
  const ours = figures.rows.filter((row) => row.model === model);
  const backends = [
    ...new Set(torch.rows.filter((r) => r.model === model).map((r) => r.backend)),
  ];
  const bandwidth = pass === "forward" ? ["GB/s", "share of a copy"] : [];
  const head = [
    "(T, N, actDim, decPopDim)",
    "CPU",
    "GPU",
    "CPU / GPU",
    ...bandwidth,
    ...backends.flatMap((b) => [`SpikingJelly, ${b}`, "that / GPU"]),
  ];
  return table(
    head,
    ours.map((row) => {
      const seconds = row.gpu?.[pass];
      const moved = !seconds || row.copy === undefined ? [missing, missing] : [
        `${Number((forwardBytes(row.extents) / seconds / 1e9).toPrecision(3))}`,
        `${Math.round(100 * row.copy / seconds)} %`,
      ];
      const theirs = backends.flatMap((backend) => {
        const other = torch.rows.find((r) =>
          r.model === model && r.backend === backend && sameShape(row.extents, r.shape)
        )?.[pass];
        return [showSeconds(other), showRatio(other, seconds)];
      });
      return [
        showExtents(row.extents),
        showSeconds(row.cpu[pass]),
        showSeconds(seconds),
        showRatio(row.cpu[pass], seconds),
        ...(pass === "forward" ? moved : []),
        ...theirs,
      ];
    }),
  );
}

/**
 * Returns the least number of unit-steps, T · N · D, from which on the GPU is faster at every
 * shape; undefined where it never is.
 */
export function crossover(rows: readonly Row[], pass: "forward" | "both"): number | undefined {
  let least: number | undefined;
  const sizes = rows.map((row) => ({ row, size: forwardBytes(row.extents) / 8 }));
  for (const { row, size } of sizes.toSorted((a, b) => b.size - a.size)) {
    // A time of 0 was too short to be seen.
    if (!row.gpu?.[pass] || !row.cpu[pass]) continue;
    if (row.gpu[pass] >= row.cpu[pass]) break;
    least = size;
  }
  return least;
}

function crossoverLine(rows: readonly Row[], pass: "forward" | "both"): string {
  const from = crossover(rows, pass);
  return from === undefined
    ? "The GPU was not the faster at the largest shape."
    : `The GPU was the faster from ${from} unit-steps (T · N · D) on.`;
}

const titles = { forward: "forward", both: "forward and backward" };

/** A table per model and pass. */
export function passSections(figures: Measured, heading: string): string[] {
  const { rows } = figures;
  return [...new Set(rows.map((row) => row.model))].flatMap((model) =>
    (["forward", "both"] as const).flatMap((pass) => [
      "",
      `${heading} ${model}, ${titles[pass]}`,
      "",
      ...passTable(figures, model, pass),
      "",
      crossoverLine(rows.filter((row) => row.model === model), pass),
    ])
  );
}

/** The whole page. */
export function report(figures: Figures): string {
  const { machine, rows, torch } = figures;
  const reasons = rows.flatMap(({ model, extents, reason }) =>
    reason === undefined
      ? []
      : [`No figure of the GPU for ${model} at ${showExtents(extents)}: ${reason}`]
  );
  const warnings = [...figures.warnings, ...torch.warnings, ...reasons];
  return [
    "# CPU, GPU and SpikingJelly",
    "",
    ...[...machine, ...(torch.machine === undefined ? [] : [torch.machine])].map((m) => `- ${m}`),
    ...(warnings.length > 0 ? ["", ...warnings.map((w) => `**Note:** ${w}\n`)] : []),
    "",
    "The time of 2n runs less the time of n runs, each the least of several, so that the wait for the device drops out.",
    "GB/s counts what a forward pass must move, x read and spikes written once; the copy moves as many",
    "bytes within the device's memory.",
    ...passSections(figures, "##"),
    "",
    "## Agreement",
    "",
    ...table(
      ["model", "(T, N, actDim, decPopDim)", "spikes", "other on the GPU"],
      rows.map(({ model, extents, spikeRate, flipped }) => [
        model,
        showExtents(extents),
        `${(100 * spikeRate).toFixed(1)} %`,
        flipped === undefined ? missing : `${flipped} of ${forwardBytes(extents) / 8}`,
      ]),
    ),
    "",
  ].join("\n");
}
