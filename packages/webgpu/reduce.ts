import type { ReduceOp } from "@spikeloop/tensor";
import type { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { spread } from "./dispatch.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** Threads that share one result. */
const lanes = 64;

/** Whether element (value, at) of an extreme beats (best, bestAt): NaN wins, then the extreme, then the first. */
function beats(op: ReduceOp): string {
  const sign = op === "max" || op === "argmax" ? ">" : "<";
  return `fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn beats(value: f32, at: u32, best: f32, bestAt: u32) -> bool {
  if (bestAt == 0xffffffffu) { return at != 0xffffffffu; }
  if (at == 0xffffffffu) { return false; }
  if (isNan(value) != isNan(best)) { return isNan(value); }
  if (isNan(value) || value == best) { return at < bestAt; }
  return value ${sign} best;
}`;
}

function shader(op: ReduceOp, place: string, buffers: number): string {
  const isSum = op === "sum";
  const step = isSum
    ? "best += value;"
    : "if (beats(value, k, best, bestAt)) { best = value; bestAt = k; }";
  const merge = isSum
    ? "values[lane] += values[lane + width];"
    : `if (beats(values[lane + width], places[lane + width], values[lane], places[lane])) {
        values[lane] = values[lane + width]; places[lane] = places[lane + width];
      }`;
  return `${declareUniforms(6)}
${declareBuffers(buffers)}
var<workgroup> values: array<f32, ${lanes}>;
var<workgroup> places: array<u32, ${lanes}>;
${isSum ? "" : beats(op)}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let o = group.y * u(5u) + group.x;
  let count = u(2u);
  let axis = u(3u);
  let inner = u(4u);
  let start = u(0u) + (o / inner) * axis * inner + o % inner;
  var best = 0.0;
  var bestAt = 0xffffffffu;
  if (o < count) {
    for (var k = lane; k < axis; k += ${lanes}u) {
      let value = ${place}[start + k * inner];
      ${step}
    }
  }
  values[lane] = best;
  places[lane] = bestAt;
  for (var width = ${lanes / 2}u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (lane < width) {
      ${merge}
    }
  }
  if (lane == 0u && o < count) {
    result[u(1u) + o] = ${op.startsWith("arg") ? "f32(places[0])" : "values[0]"};
  }
}`;
}

/** How many rows one thread of a column sum adds up. */
const rowsPerThread = 64;

/** One thread per column and block of rows of [outer, axis, inner], to [outer, blocks, inner]: neighbours read neighbours. */
function columnShader(place: string, buffers: number): string {
  return `${declareUniforms(7)}
${declareBuffers(buffers)}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let o = (group.y * u(5u) + group.x) * ${lanes}u + lane;
  if (o >= u(2u)) { return; }
  let axis = u(3u);
  let inner = u(4u);
  let blocks = u(6u);
  let block = (o / inner) % blocks;
  let start = u(0u) + (o / (inner * blocks)) * axis * inner + o % inner;
  var total = 0.0;
  for (var k = block * ${rowsPerThread}u; k < min((block + 1u) * ${rowsPerThread}u, axis); k++) {
    total += ${place}[start + k * inner];
  }
  result[u(1u) + o] = total;
}`;
}

/** A sum over rows that lie `inner` apart, block by block until one is left. */
function sumColumns(
  context: DeviceContext,
  x: GpuStorage,
  outer: number,
  axis: number,
  inner: number,
): GpuStorage {
  const blocks = Math.max(1, Math.ceil(axis / rowsPerThread));
  const count = outer * blocks * inner;
  const { groups, row } = spread(Math.ceil(count / lanes));
  const [sums] = context.run({
    label: "sum",
    key: "columns",
    inputs: [x],
    outputs: [count],
    groups,
    uniforms: [count, axis, inner, row, blocks],
    shader: ([place], buffers) => columnShader(place, buffers),
  });
  if (blocks === 1) return sums;
  const total = sumColumns(context, sums, outer, blocks, inner);
  context.release(sums);
  return total;
}

/** Combines the middle axis of [outer, axis, inner]. */
export function reduce(
  context: DeviceContext,
  op: ReduceOp,
  x: GpuStorage,
  outer: number,
  axis: number,
  inner: number,
): GpuStorage {
  if (op === "sum" && inner >= 8) return sumColumns(context, x, outer, axis, inner);
  const count = outer * inner;
  const { groups, row } = spread(count);
  return context.run({
    label: op,
    key: "",
    inputs: [x],
    outputs: [count],
    groups,
    uniforms: [count, axis, inner, row],
    shader: ([place], buffers) => shader(op, place, buffers),
  })[0];
}
