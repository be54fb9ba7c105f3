/**
 * Matrix products beside jax-js, tfjs and ONNX Runtime Web, on one adapter in Chromium. Install the
 * packages (jax of jax-js, tfjs and tfjs-backend-webgpu of tensorflow, onnxruntime-web) from npm
 * into a folder first, and name its node_modules:
 *
 *     deno run -A bench/gpu/matmul_peers.ts --packages node_modules
 *
 * With `--software` the adapter is a program on the CPU, and the shapes are small: a trial of the
 * program, whose figures say nothing about GPUs.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Browser, findBrowser } from "../../packages/dev/browser.ts";
import { writePlainModules } from "../../packages/dev/engines/plain_modules.ts";
import type { Extents, Measured } from "./peers/measure.ts";
import { table } from "./report.ts";
import { thorough, untimed } from "./seconds_per_run.ts";

/** Products of an update of TD3, and squares. */
const shapes: readonly Extents[] = [
  [100, 17, 256],
  [100, 23, 256],
  [100, 256, 256],
  [100, 256, 1],
  [100, 256, 60],
  [500, 60, 256],
  [256, 100, 256],
  [256, 500, 60],
  [512, 512, 512],
  [1024, 1024, 1024],
];

/** Small ones, for software. */
const small: readonly Extents[] = [[10, 23, 32], [16, 64, 1], [40, 40, 40]];

/** Microseconds per product, as Markdown. */
function page(shapes: readonly Extents[], { adapter, rows }: Measured): string {
  const names = Object.keys(rows);
  const cell = (value: number | string) =>
    typeof value === "number" ? `${(1e6 * value).toFixed(1)} µs` : value.replaceAll("|", "\\|");
  const lines = shapes.map((extents, i) => [
    extents.join(", "),
    ...names.map((name) => cell(rows[name][i])),
  ]);
  return [
    `Products [m, k] x [k, n] on ${adapter}, per product.`,
    "",
    ...table(["m, k, n", ...names], lines),
  ].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { packages: { type: "string" }, software: { type: "boolean", default: false } },
  });
  const path = await findBrowser();
  if (path === undefined || values.packages === undefined) {
    throw new Error("Cannot compare: expected Chromium, and --packages with a folder of packages");
  }
  const folder = await Deno.makeTempDir({ prefix: "spikeloop-peers-" });
  const browser = await Browser.start(path, { hardware: !values.software });
  try {
    await writePlainModules("bench/gpu/peers/measure.ts", folder);
    await Deno.symlink(resolve(values.packages), join(folder, "peers"));
    const chosen = values.software ? small : shapes;
    const effort = values.software ? untimed : thorough;
    const script = `import { measure } from "/bench/gpu/peers/measure.js";
export const run = () => measure(${JSON.stringify(chosen)}, ${JSON.stringify(effort)});`;
    const measured = await browser.run(script, { folder, patience: 600_000 }) as Measured;
    console.log(page(chosen, measured));
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main();
