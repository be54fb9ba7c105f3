import { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { reduce } from "./reduce.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** Rows of the batch that are staged in workgroup memory at a time. */
const staged = 16;
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
  let rows = u(3u);
  let units = u(4u);
  ${each.map((i) => `var c${i} = 0.0;`).join(" ")}
  let firstRow = group.y * u(5u);
  for (var row0 = firstRow; row0 < min(firstRow + u(5u), rows); row0 += ${staged}u) {
    for (var e = lane; e < ${staged * group}u; e += ${threads}u) {
      let row = row0 + e / ${group}u;
      let at = row * units + group.x * ${group}u + e % ${group}u;
      let inside = row < min(firstRow + u(5u), rows);
      g[e] = 0.0;
      s[e] = 0.0;
      if (inside) { g[e] = ${places[0]}[u(0u) + at]; s[e] = ${places[1]}[u(1u) + at]; }
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
    }
    workgroupBarrier();
  }
  let at = u(2u) + (group.y * (units / ${group}u) + group.x) * ${pairs}u + lane;
  ${each.map((i) => inside(i, `result[at + ${i * threads}u] = c${i};`)).join("\n  ")}
}`;
}

/** Per row block of `share` one partial weight gradient, [blocks, D · P]. */
function partialWeights(
  context: DeviceContext,
  share: Share,
  units: number,
  group: number,
): GpuStorage {
  const rows = share.out.length / units;
  const perGroup = Math.max(rowsPerGroup, Math.ceil(rows / 65535));
  const blocks = Math.ceil(rows / perGroup);
  return context.run({
    label: "weight gradient",
    key: `${group}`,
    inputs: [share.lateral, share.out],
    outputs: [blocks * units * group],
    groups: [units / group, blocks],
    uniforms: [rows, units, perGroup],
    shader: (places, buffers) => shader(group, places, buffers),
  })[0];
}

/** The gradients of weight and bias, summed over all rows of all shares. */
export function weightGradient(
  context: DeviceContext,
  shares: readonly Share[],
  { units, group }: { readonly units: number; readonly group: number },
): { weight: GpuStorage; bias: GpuStorage } {
  const present = shares.filter((s) => s.out.length > 0);
  const sumOf = (parts: readonly GpuStorage[], length: number) => {
    const joined = context.allocate([parts.reduce((n, p) => n + p.length, 0)])[0];
    let at = 0;
    for (const part of parts) {
      context.commands.copy(part, joined, at);
      at += part.length;
      context.release(part);
    }
    const total = reduce(context, "sum", joined, 1, joined.length / length, length);
    context.release(joined);
    return total;
  };
  const partials = present.map((s) => partialWeights(context, s, units, group));
  const biases = present.map((s) =>
    reduce(context, "sum", s.lateral, 1, s.lateral.length / units, units)
  );
  return { weight: sumOf(partials, units * group), bias: sumOf(biases, units) };
}

/** The sum of [N, D] arrays over rows and arrays, to [D]. */
export function paramGradient(
  context: DeviceContext,
  rows: readonly GpuStorage[],
  batch: number,
  units: number,
): GpuStorage {
  const [joined] = context.allocate([rows.length * batch * units]);
  rows.forEach((row, i) => context.commands.copy(row, joined, i * batch * units));
  const total = reduce(context, "sum", joined, 1, rows.length * batch, units);
  context.release(joined);
  return total;
}
