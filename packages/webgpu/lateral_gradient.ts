import type { LateralGradients, LateralRecord, Storage } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { mostWorkgroups, spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { gpuMatmul } from "./matmul.ts";
import { gpuGather } from "./movement.ts";
import { gpuReduce } from "./reduce.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** The rows of the batch that are staged in workgroup memory at a time. */
const staged = 16;
/** The most units of a group whose pairs the threads share; larger groups take matrix products. */
const largestGroup = 64;
/** The rows that a workgroup sums, unless there are too many for the grid. */
const fewestRows = 512;
/** The most threads of a workgroup. */
const mostThreads = 256;

function shader(
  group: number,
  places: readonly string[],
  buffers: number,
  results: readonly string[],
): string {
  const pairs = group * group;
  const threads = Math.min(mostThreads, Math.ceil(pairs / 64) * 64);
  const each = Array.from({ length: Math.ceil(pairs / threads) }, (_, i) => i);
  const inside = (i: number, text: string) =>
    (i + 1) * threads <= pairs ? text : `if (lane + ${i * threads}u < ${pairs}u) { ${text} }`;
  return `${declareUniforms(9)}
${declareBuffers(buffers, results)}
var<workgroup> g: array<f32, ${staged * group}>;
var<workgroup> s: array<f32, ${staged * group}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let units = u(5u);
  let number = group.y * u(7u) + group.x;
  let groups = units / ${group}u;
  let block = number / groups;
  let first = number % groups * ${group}u;
  if (block >= u(8u)) { return; }
  let firstRow = block * u(6u);
  let lastRow = min(firstRow + u(6u), u(4u));
  ${each.map((i) => `var c${i} = 0.0;`).join(" ")}
  var bias = 0.0;
  for (var row0 = firstRow; row0 < lastRow; row0 += ${staged}u) {
    for (var e = lane; e < ${staged * group}u; e += ${threads}u) {
      let row = row0 + e / ${group}u;
      let at = row * units + first + e % ${group}u;
      g[e] = 0.0;
      s[e] = 0.0;
      if (row < lastRow) { g[e] = ${places[0]}[u(0u) + at]; s[e] = ${places[1]}[u(1u) + at]; }
    }
    workgroupBarrier();
    let rows = min(${staged}u, lastRow - row0);
    for (var row = 0u; row < rows; row++) {
      ${
    each.map((i) =>
      inside(
        i,
        `c${i} += g[row * ${group}u + (lane + ${
          i * threads
        }u) / ${group}u] * s[row * ${group}u + (lane + ${i * threads}u) % ${group}u];`,
      )
    ).join("\n      ")
  }
      if (lane < ${group}u) { bias += g[row * ${group}u + lane]; }
    }
    workgroupBarrier();
  }
  let at = u(2u) + number * ${pairs}u + lane;
  ${each.map((i) => inside(i, `${results[0]}[at + ${i * threads}u] = c${i};`)).join("\n  ")}
  if (lane < ${group}u) { ${results[1]}[u(3u) + block * units + first + lane] = bias; }
}`;
}

/**
 * The gradients of weight and bias per block of rows, [blocks, D · P] and [blocks, D]. A record may
 * hold the rows of several steps.
 */
function partialGradients(
  context: DeviceContext,
  { lateral, out }: LateralRecord,
  units: number,
  group: number,
): GpuStorage[] {
  const rows = out.length / units;
  const rowsPerBlock = Math.max(fewestRows, Math.ceil(rows / mostWorkgroups));
  const blocks = Math.ceil(rows / rowsPerBlock);
  const { workgroups, row } = spread(units / group * blocks);
  return context.run({
    label: "weight gradient",
    variant: context.pipelines.of(gpuLateralGradient).at(group),
    inputs: [context.own(lateral), context.own(out)],
    outputs: [blocks * units * group, blocks * units],
    workgroups,
    uniforms: [rows, units, rowsPerBlock, row, blocks],
    shader: (places, buffers, results) => shader(group, places, buffers, results),
  });
}

/** The gradients of weight and bias in large groups, by matrix products; one block. */
function productGradients(
  context: DeviceContext,
  { lateral, out }: LateralRecord,
  units: number,
  group: number,
): GpuStorage[] {
  const rows = out.length / units;
  const spec = {
    batch: 1,
    m: group,
    k: rows,
    n: group,
    transposeA: true,
    transposeB: false,
    sharedA: false,
    sharedB: false,
    binaryA: false,
    binaryB: false,
  };
  const columns = (storage: Storage, from: number) =>
    gpuGather(context, { storage, offset: from, shape: [rows, group], strides: [units, 1] });
  const products: GpuStorage[] = [];
  for (let from = 0; from < units; from += group) {
    const [g, s] = [columns(lateral, from), columns(out, from)];
    products.push(gpuMatmul(context, spec, g, s));
    context.release(g);
    context.release(s);
  }
  const weight = join(context, products);
  for (const product of products) context.release(product);
  return [weight, gpuReduce(context, "sum", context.own(lateral), 1, rows, units)];
}

/** Sums the gradients of weight and bias over all rows of all records. */
export function gpuLateralGradient(
  context: DeviceContext,
  records: readonly LateralRecord[],
  { units, group }: { readonly units: number; readonly group: number },
): LateralGradients {
  const gradients = group > largestGroup ? productGradients : partialGradients;
  const partials = records
    .filter((r) => r.out.length > 0)
    .map((r) => gradients(context, r, units, group));
  return {
    weight: sumParts(context, partials.map(([weight]) => weight), units * group),
    bias: sumParts(context, partials.map(([, bias]) => bias), units),
  };
}

/** Sums the rows of `length` numbers of all parts, and releases the parts. */
function sumParts(
  context: DeviceContext,
  parts: readonly GpuStorage[],
  length: number,
): GpuStorage {
  if (parts.length === 1 && parts[0].length === length) return parts[0];
  const joined = parts.length === 1 ? parts[0] : join(context, parts);
  const rows = length === 0 ? 0 : joined.length / length;
  const total = gpuReduce(context, "sum", joined, 1, rows, length);
  for (const part of new Set([...parts, joined])) context.release(part);
  return total;
}

/** Copies storages end to end. */
function join(context: DeviceContext, parts: readonly GpuStorage[]): GpuStorage {
  const [joined] = context.allocate([parts.reduce((n, p) => n + p.length, 0)]);
  let at = 0;
  for (const part of parts) {
    context.commands.copy(part, joined, at);
    at += part.length;
  }
  return joined;
}

/** Sums arrays [N, D], one per step, to [D]. */
export function gpuParamGradient(
  context: DeviceContext,
  rows: readonly Storage[],
  batch: number,
  units: number,
): GpuStorage {
  const joined = join(context, rows.map((r) => context.own(r)));
  const total = gpuReduce(context, "sum", joined, 1, rows.length * batch, units);
  context.release(joined);
  return total;
}
