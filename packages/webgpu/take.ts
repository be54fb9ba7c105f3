import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/**
 * Computes `size` results, a thread each; `body` is the code that computes `value` of result `i`
 * from the buffers of `x` and `indices`.
 */
function runPerResult(
  context: DeviceContext,
  label: string,
  [x, indices]: readonly [GpuStorage, GpuStorage],
  size: number,
  [axis, inner]: readonly [number, number],
  body: (source: string, indices: string) => string,
): GpuStorage {
  const { workgroups, row } = spread(Math.ceil(size / 64));
  return context.run({
    label,
    variant: context.pipelines.of(runPerResult).at(label),
    inputs: [x, indices],
    outputs: [size],
    workgroups,
    uniforms: [size, row * 64, indices.length, axis, inner],
    shader: ([source, indices], buffers) =>
      `${declareUniforms(8)}
${declareBuffers(buffers)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.y * u(4u) + id.x;
  if (i >= u(3u)) { return; }
  let count = u(5u);
  let axis = u(6u);
  let inner = u(7u);
  ${body(source, indices)}
  result[u(2u) + i] = value;
}`,
  })[0];
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
  return runPerResult(
    context,
    "take",
    [x, indices],
    size,
    [axis, inner],
    (source, indices) =>
      `let index = ${indices}[u(1u) + i / inner % count];
  var value = ${nan};
  if (index >= 0.0 && index < f32(axis) && index == floor(index)) {
    value = ${source}[u(0u) + (i / (inner * count) * axis + u32(index)) * inner + i % inner];
  }`,
  );
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
  // Each thread looks for its slices, so that their order does not depend on the device.
  return runPerResult(
    context,
    "scatterAdd",
    [slices, indices],
    size,
    [axis, inner],
    (source, indices) =>
      `let index = f32(i / inner % axis);
  let base = u(0u) + i / (inner * axis) * count * inner + i % inner;
  var value = 0.0;
  for (var k = 0u; k < count; k++) {
    if (${indices}[u(1u) + k] == index) { value += ${source}[base + k * inner]; }
  }`,
  );
}
