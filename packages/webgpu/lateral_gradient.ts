import { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { matmul } from "./matmul.ts";
import { gather } from "./movement.ts";
import { reduce } from "./reduce.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** Rows of the batch that are staged in workgroup memory at a time. */
const staged = 16;
/** In a larger population every thread would have too many sums: it takes the products of matrices. */
const largestPopulation = 64;
/** Rows that a workgroup sums. */
const rowsPerGroup = 256;
const threads = 256;

/** A part of a storage, for reading while that storage lives. */
export function partOf(storage: GpuStorage, from: number, length: number): GpuStorage {
  return new GpuStorage(storage.block, storage.offset + from, length);
}

/** What a step, or several in a row, add to the weight gradient; both of the same length, rows of D. */
export interface Share {
  /** The cotangent of the lateral current. */
  readonly lateral: GpuStorage;
  /** What was sent. */
  readonly out: GpuStorage;
}

function shader(group: number, places: readonly string[], buffers: number): string {
  const pairs = group * group;
  const each = Array.from({ length: Math.ceil(pairs / threads) }, (_, i) => i);
  const inside = (i: number, text: string) =>
    (i + 1) * threads <= pairs ? text : `if (lane + ${i * threads}u < ${pairs}u) { ${text} }`;
  return `${declareUniforms(7)}
${declareBuffers(buffers)}
var<workgroup> g: array<f32, ${staged * group}>;
var<workgroup> s: array<f32, ${staged * group}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let units = u(5u);
  let firstRow = group.y * u(6u);
  let lastRow = min(firstRow + u(6u), u(4u));
  ${each.map((i) => `var c${i} = 0.0;`).join(" ")}
  var bias = 0.0;
  for (var row0 = firstRow; row0 < lastRow; row0 += ${staged}u) {
    for (var e = lane; e < ${staged * group}u; e += ${threads}u) {
      let row = row0 + e / ${group}u;
      let at = row * units + group.x * ${group}u + e % ${group}u;
      g[e] = 0.0;
      s[e] = 0.0;
      if (row < lastRow) { g[e] = ${places[0]}[u(0u) + at]; s[e] = ${places[1]}[u(1u) + at]; }
    }
    workgroupBarrier();
    for (var row = 0u; row < ${staged}u; row++) {
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
  let at = u(2u) + (group.y * (units / ${group}u) + group.x) * ${pairs}u + lane;
  ${each.map((i) => inside(i, `result[at + ${i * threads}u] = c${i};`)).join("\n  ")}
  if (lane < ${group}u) { result[u(3u) + group.y * units + group.x * ${group}u + lane] = bias; }
}`;
}

/** Per block of rows of `share` the gradients of weight and bias, [blocks, D · P] and [blocks, D]. */
function partialGradients(
  context: DeviceContext,
  share: Share,
  units: number,
  group: number,
): GpuStorage[] {
  const rows = share.out.length / units;
  const perGroup = Math.max(rowsPerGroup, Math.ceil(rows / 65535));
  const blocks = Math.ceil(rows / perGroup);
  return context.run({
    label: "weight gradient",
    key: `${group}`,
    inputs: [share.lateral, share.out],
    outputs: [blocks * units * group, blocks * units],
    groups: [units / group, blocks],
    uniforms: [rows, units, perGroup],
    shader: (places, buffers) => shader(group, places, buffers),
  });
}

/** The same for large populations, with one block. */
function productGradients(
  context: DeviceContext,
  { lateral, out }: Share,
  units: number,
  group: number,
): GpuStorage[] {
  const rows = out.length / units;
  const spec = {
    ...{ batch: 1, m: group, k: rows, n: group, transposeA: true, transposeB: false },
    ...{ sharedA: false, sharedB: false, binaryA: false, binaryB: false },
  };
  const columns = (storage: GpuStorage, from: number) =>
    gather(context, storage, { offset: from, shape: [rows, group], strides: [units, 1] });
  const products: GpuStorage[] = [];
  for (let from = 0; from < units; from += group) {
    const [g, s] = [columns(lateral, from), columns(out, from)];
    products.push(matmul(context, spec, g, s));
    context.release(g);
    context.release(s);
  }
  const weight = join(context, products);
  for (const product of products) context.release(product);
  return [weight, reduce(context, "sum", lateral, 1, rows, units)];
}

/** The gradients of weight and bias, summed over all rows of all shares. */
export function weightGradient(
  context: DeviceContext,
  shares: readonly Share[],
  { units, group }: { readonly units: number; readonly group: number },
): { weight: GpuStorage; bias: GpuStorage } {
  const gradients = group > largestPopulation ? productGradients : partialGradients;
  const partials = shares
    .filter((s) => s.out.length > 0)
    .map((s) => gradients(context, s, units, group));
  return {
    weight: sumParts(context, partials.map(([weight]) => weight), units * group),
    bias: sumParts(context, partials.map(([, bias]) => bias), units),
  };
}

/** The sum of rows of `length` numbers that lie in several parts, which are released. */
function sumParts(
  context: DeviceContext,
  parts: readonly GpuStorage[],
  length: number,
): GpuStorage {
  if (parts.length === 1 && parts[0].length === length) return parts[0];
  const joined = parts.length === 1 ? parts[0] : join(context, parts);
  const rows = length === 0 ? 0 : joined.length / length;
  const total = reduce(context, "sum", joined, 1, rows, length);
  for (const part of new Set([...parts, joined])) context.release(part);
  return total;
}

/** A copy of storages, end to end. */
function join(context: DeviceContext, parts: readonly GpuStorage[]): GpuStorage {
  const [joined] = context.allocate([parts.reduce((n, p) => n + p.length, 0)]);
  let at = 0;
  for (const part of parts) {
    context.commands.copy(part, joined, at);
    at += part.length;
  }
  return joined;
}

/** The sum of [N, D] arrays over rows and arrays, to [D]. */
export function paramGradient(
  context: DeviceContext,
  rows: readonly GpuStorage[],
  batch: number,
  units: number,
): GpuStorage {
  const joined = join(context, rows);
  const total = reduce(context, "sum", joined, 1, rows.length * batch, units);
  context.release(joined);
  return total;
}
