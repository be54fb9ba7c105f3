import type { ReduceOp } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { floatBits, spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { lateMapOf, type MapText } from "./late_map.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** A mean is a sum that is divided in its last stage. */
type Reduction = ReduceOp | "mean";

/** The longest axis that one thread reduces alone. */
const shortAxis = 32;

/** Longer axes are cut into blocks of this many elements, whose results are reduced. */
const longestBlock = 4096;

/** The threads that share a workgroup, and a result. */
interface Sharing {
  readonly threads: number;
  readonly perResult: number;
}

/**
 * Neighbouring threads read neighbouring numbers: along the inner axis, or along the reduced one
 * where the inner one is short.
 */
function sharing(axis: number, inner: number): Sharing {
  if (axis <= shortAxis) return { threads: 64, perResult: 1 };
  return inner < 8 ? { threads: 64, perResult: 64 } : { threads: 256, perResult: 8 };
}

/**
 * Declares whether element (value, at) beats (best, bestAt): NaN wins, then extremes, then the
 * first.
 */
function beats(op: Reduction): string {
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
function reduceText(
  op: Reduction,
  read: MapText,
  [arrays, uniforms, buffers]: readonly [number, number, number],
  { threads, perResult }: Sharing,
): string {
  const at = (i: number) => `u(${arrays + i}u)`;
  const isSum = op === "sum" || op === "mean";
  const results: Partial<Record<Reduction, string>> = {
    mean: `div_(best, bitcast<f32>(${at(7)}))`,
    argmax: "f32(bestAt)",
    argmin: "f32(bestAt)",
  };
  const shares = perResult > 1;
  const columns = threads / perResult;
  const take = isSum
    ? "best += value;"
    : "if (beats(value, k, best, bestAt)) { best = value; bestAt = k; }";
  const merge = isSum
    ? "values[lane] += values[other];"
    : `if (beats(values[other], indices[other], values[lane], indices[lane])) {
        values[lane] = values[other]; indices[lane] = indices[other];
      }`;
  const combine = `
  values[lane] = best;
  indices[lane] = bestAt;
  for (var width = ${perResult / 2}u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (part < width) {
      let other = lane + width * ${columns}u;
      ${merge}
    }
  }
  best = values[lane];
  bestAt = indices[lane];`;
  return `${declareUniforms(uniforms)}
${declareBuffers(buffers)}${
    shares
      ? `
var<workgroup> values: array<f32, ${threads}>;
var<workgroup> indices: array<u32, ${threads}>;`
      : ""
  }
${isSum ? "" : beats(op)}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let part = lane / ${columns}u;
  let o = (group.y * ${at(4)} + group.x) * ${columns}u + lane % ${columns}u;
  let axis = ${at(2)};
  let inner = ${at(3)};
  let blocks = ${at(5)};
  let start = (o / inner) % blocks * ${at(6)};
  let end = select(0u, min(start + ${at(6)}, axis), o < ${at(1)});
  let base = (o / (inner * blocks)) * axis * inner + o % inner;
  var best = 0.0;
  var bestAt = 0xffffffffu;
  for (var k = start + part; k < end; k += ${perResult}u) {
    let i = base + k * inner;
    ${read.statements.join("\n    ")}
    let value = ${read.roots[0]};
    ${take}
  }${shares ? combine : ""}
  if (part == 0u && o < ${at(1)}) {
    result[${at(0)} + o] = ${results[op] ?? "best"};
  }
}`;
}

/**
 * Reduces the middle axis of [outer, axis, inner] to [outer, inner]. A mean divides the sum by
 * `divisor`.
 */
export function gpuReduce(
  context: DeviceContext,
  op: Reduction,
  x: GpuStorage,
  outer: number,
  axis: number,
  inner: number,
  divisor = axis,
): GpuStorage {
  const shared = sharing(axis, inner);
  const { threads, perResult } = shared;
  // An index counts from the start of the axis, so an axis that is searched is not cut.
  const blocks = op.startsWith("arg") ? 1 : Math.max(1, Math.ceil(axis / longestBlock));
  const count = outer * blocks * inner;
  const { workgroups, row } = spread(Math.ceil(count * perResult / threads));
  const own = [count, axis, inner, row, blocks, blocks === 1 ? axis : longestBlock];
  const stage = op === "mean" && blocks > 1 ? "sum" : op;
  if (stage === "mean") own.push(floatBits(divisor));
  const late = lateMapOf(x);
  if (late !== undefined) x.fused = true;
  const inputs = late?.arrays ?? [context.own(x)];
  const uniforms = late?.uniforms(own) ?? own;
  const variant = late === undefined ? context.pipelines.of(gpuReduce) : late.variant;
  const from = inputs.length + 1;
  const [result] = context.run({
    label: stage,
    variant: variant.at(stage).at(perResult),
    inputs,
    outputs: [count],
    workgroups,
    uniforms,
    shader: (sources, buffers) =>
      reduceText(
        stage,
        late?.print(sources, from + own.length) ??
          { statements: [], roots: [`${sources[0]}[u(0u) + i]`] },
        [inputs.length, from + uniforms.length, buffers],
        shared,
      ),
  });
  if (blocks === 1) return result;
  const total = gpuReduce(context, op, result, outer, blocks, inner, divisor);
  context.release(result);
  return total;
}
