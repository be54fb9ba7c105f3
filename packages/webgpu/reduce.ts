import type { ReduceOp } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** The threads of a workgroup. Where results are few, a workgroup computes one. */
const lanes = 64;

/** The longest axis that one thread reduces alone. */
const shortAxis = 32;

/** Longer axes are cut into blocks of this many elements per thread, whose results are reduced. */
const perThread = 64;

/**
 * Declares whether element (value, at) beats (best, bestAt): NaN wins, then extremes, then the
 * first.
 */
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

/** Prints the shader; results are numbered [outer, block, inner]. */
function shader(op: ReduceOp, place: string, buffers: number, together: boolean): string {
  const isSum = op === "sum";
  const take = isSum
    ? "best += value;"
    : "if (beats(value, k, best, bestAt)) { best = value; bestAt = k; }";
  const merge = isSum
    ? "values[lane] += values[lane + width];"
    : `if (beats(values[lane + width], places[lane + width], values[lane], places[lane])) {
        values[lane] = values[lane + width]; places[lane] = places[lane + width];
      }`;
  const first = together ? "start + lane" : "start";
  const combine = `
  values[lane] = best;
  places[lane] = bestAt;
  for (var width = ${lanes / 2}u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (lane < width) {
      ${merge}
    }
  }
  best = values[0];
  bestAt = places[0];`;
  return `${declareUniforms(8)}
${declareBuffers(buffers)}${
    together
      ? `
var<workgroup> values: array<f32, ${lanes}>;
var<workgroup> places: array<u32, ${lanes}>;`
      : ""
  }
${isSum ? "" : beats(op)}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let number = group.y * u(5u) + group.x;
  let o = ${together ? "number" : `number * ${lanes}u + lane`};
  let axis = u(3u);
  let inner = u(4u);
  let blocks = u(6u);
  let start = (o / inner) % blocks * u(7u);
  let end = select(0u, min(start + u(7u), axis), o < u(2u));
  let base = u(0u) + (o / (inner * blocks)) * axis * inner + o % inner;
  var best = 0.0;
  var bestAt = 0xffffffffu;
  for (var k = ${first}; k < end; k += ${together ? lanes : 1}u) {
    let value = ${place}[base + k * inner];
    ${take}
  }${together ? combine : ""}
  if (${together ? "lane == 0u && " : ""}o < u(2u)) {
    result[u(1u) + o] = ${op.startsWith("arg") ? "f32(bestAt)" : "best"};
  }
}`;
}

/** Reduces the middle axis of [outer, axis, inner] to [outer, inner]. */
export function gpuReduce(
  context: DeviceContext,
  op: ReduceOp,
  x: GpuStorage,
  outer: number,
  axis: number,
  inner: number,
): GpuStorage {
  // Neighbouring threads read neighbouring numbers, along the inner axis or along the reduced one.
  const together = inner < 8 && axis > shortAxis;
  const longest = perThread * (together ? lanes : 1);
  // An index counts from the start of the axis, so an axis that is searched is not cut.
  const blocks = op.startsWith("arg") ? 1 : Math.max(1, Math.ceil(axis / longest));
  const count = outer * blocks * inner;
  const { workgroups, row } = spread(together ? count : Math.ceil(count / lanes));
  const [result] = context.run({
    label: op,
    key: together ? "together" : "alone",
    inputs: [x],
    outputs: [count],
    workgroups,
    uniforms: [count, axis, inner, row, blocks, blocks === 1 ? axis : longest],
    shader: ([place], buffers) => shader(op, place, buffers, together),
  });
  if (blocks === 1) return result;
  const total = gpuReduce(context, op, result, outer, blocks, inner);
  context.release(result);
  return total;
}
