import { type ScatterPart, sizeOf, type View, type Window } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/**
 * Statements that compute `at`, the place of element i of a window. Uniforms from `from` on hold
 * size, row, offset, extents and strides.
 */
function walk(from: number, rank: number): string {
  const lines = [
    `let i = id.y * u(${from + 1}u) + id.x;`,
    `if (i >= u(${from}u)) { return; }`,
    "var rest = i;",
    `var at = i32(u(${from + 2}u));`,
  ];
  for (let axis = rank - 1; axis >= 0; axis--) {
    const extent = `u(${from + 3 + axis}u)`;
    lines.push(
      `at += i32(rest % ${extent}) * bitcast<i32>(u(${
        from + 3 + rank + axis
      }u)); rest = rest / ${extent};`,
    );
  }
  return lines.join("\n  ");
}

function text(buffers: number, uniforms: number, body: string): string {
  return `${declareUniforms(uniforms)}
${declareBuffers(buffers)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  ${body}
}`;
}

function windowUniforms(window: Window, size: number, row: number): number[] {
  return [size, row * 64, window.offset, ...window.shape, ...window.strides.map((s) => s >>> 0)];
}

/** Copies a view to contiguous storage. */
export function gpuGather(context: DeviceContext, { storage, ...window }: View): GpuStorage {
  const size = sizeOf(window.shape);
  const rank = window.shape.length;
  const { workgroups, row } = spread(Math.ceil(size / 64));
  return context.run({
    label: "gather",
    key: `${rank}`,
    inputs: [context.own(storage)],
    outputs: [size],
    workgroups,
    uniforms: windowUniforms(window, size, row),
    shader: ([place], buffers) =>
      text(
        buffers,
        5 + 2 * rank,
        `${walk(2, rank)}\n  result[u(1u) + i] = ${place}[u(0u) + u32(at)];`,
      ),
  })[0];
}

/** Writes every part into its window of `length` zeros. */
export function gpuScatter(
  context: DeviceContext,
  length: number,
  parts: readonly ScatterPart[],
): GpuStorage {
  const [target] = context.allocate([length]);
  const covered = parts.reduce((n, p) => n + sizeOf(p.into.shape), 0);
  if (covered < length) context.commands.clear(target);
  for (const { data, into } of parts) {
    const size = sizeOf(into.shape);
    const rank = into.shape.length;
    const { workgroups, row } = spread(Math.ceil(size / 64));
    context.runInto(target, {
      label: "scatter",
      key: `${rank}`,
      inputs: [context.own(data)],
      workgroups,
      uniforms: windowUniforms(into, size, row),
      shader: ([place], buffers) =>
        text(
          buffers,
          5 + 2 * rank,
          `${walk(2, rank)}\n  result[u(1u) + u32(at)] = ${place}[u(0u) + i];`,
        ),
    });
  }
  return target;
}
