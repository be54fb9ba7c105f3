import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** A shader of one thread per result; `body` computes `value` of result `i`. */
function text(buffers: number, body: string): string {
  return `${declareUniforms(8)}
${declareBuffers(buffers)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.y * u(4u) + id.x;
  if (i >= u(3u)) { return; }
  let count = u(5u);
  let axis = u(6u);
  let inner = u(7u);
  ${body}
  result[u(2u) + i] = value;
}`;
}

/** NaN that the compiler of shaders does not refuse as a constant. */
const nan = "bitcast<f32>(0x7fc00000u | (i >> 31u))";

/** Slices of x [outer, axis, inner] by their indices, [outer, count, inner]. */
export function gpuTake(
  context: DeviceContext,
  x: GpuStorage,
  indices: GpuStorage,
  outer: number,
  axis: number,
  inner: number,
): GpuStorage {
  const size = outer * indices.length * inner;
  const { workgroups, row } = spread(Math.ceil(size / 64));
  return context.run({
    label: "take",
    key: "",
    inputs: [x, indices],
    outputs: [size],
    workgroups,
    uniforms: [size, row * 64, indices.length, axis, inner],
    shader: ([source, places], buffers) =>
      text(
        buffers,
        `let place = ${places}[u(1u) + i / inner % count];
  var value = ${nan};
  if (place >= 0.0 && place < f32(axis) && place == floor(place)) {
    value = ${source}[u(0u) + (i / (inner * count) * axis + u32(place)) * inner + i % inner];
  }`,
      ),
  })[0];
}

/** Zeros [outer, axis, inner], with slices [outer, count, inner] added by their indices. */
export function gpuScatterAdd(
  context: DeviceContext,
  slices: GpuStorage,
  indices: GpuStorage,
  outer: number,
  axis: number,
  inner: number,
): GpuStorage {
  const size = outer * axis * inner;
  const { workgroups, row } = spread(Math.ceil(size / 64));
  // Each thread looks for its slices, so that their order does not depend on the device.
  return context.run({
    label: "scatterAdd",
    key: "",
    inputs: [slices, indices],
    outputs: [size],
    workgroups,
    uniforms: [size, row * 64, indices.length, axis, inner],
    shader: ([source, places], buffers) =>
      text(
        buffers,
        `let place = f32(i / inner % axis);
  let base = u(0u) + i / (inner * axis) * count * inner + i % inner;
  var value = 0.0;
  for (var k = 0u; k < count; k++) {
    if (${places}[u(1u) + k] == place) { value += ${source}[base + k * inner]; }
  }`,
      ),
  })[0];
}
