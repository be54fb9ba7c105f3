import { type ScatterPart, sizeOf, type View, type Window } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { cutSets, findSet, readFromSet, setGrid } from "./sets.ts";
import { declareBuffers, declareUniforms, maxStorageBuffers } from "./shader.ts";

/**
 * Statements that compute `at`, the index of element i of a window; `uniform(k)` is the term of its
 * k-th number: offset, extents, strides.
 */
function walk(rank: number, uniform: (k: number) => string): string[] {
  const lines = ["var rest = i;", `var at = i32(${uniform(0)});`];
  for (let axis = rank - 1; axis >= 0; axis--) {
    const extent = uniform(1 + axis);
    lines.push(
      `at += i32(rest % ${extent}) * bitcast<i32>(${uniform(1 + rank + axis)});`,
      `rest = rest / ${extent};`,
    );
  }
  return lines;
}

/** Appends the numbers of a window. */
function putWindow(uniforms: number[], { offset, shape, strides }: Window): void {
  uniforms.push(offset);
  for (let axis = 0; axis < shape.length; axis++) uniforms.push(shape[axis]);
  for (let axis = 0; axis < shape.length; axis++) uniforms.push(strides[axis] >>> 0);
}

/** Copies a view to contiguous storage. */
export function gpuGather(context: DeviceContext, view: View): GpuStorage {
  const size = sizeOf(view.shape);
  const rank = view.shape.length;
  const { workgroups, row } = spread(Math.ceil(size / 64));
  const uniforms = [size, row * 64];
  putWindow(uniforms, view);
  return context.run({
    label: "gather",
    variant: context.pipelines.of(gpuGather).at(rank),
    inputs: [context.own(view.storage)],
    outputs: [size],
    workgroups,
    uniforms,
    shader: ([source], buffers) =>
      `${declareUniforms(2 + uniforms.length)}
${declareBuffers(buffers)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.y * u(3u) + id.x;
  if (i >= u(2u)) { return; }
  ${walk(rank, (k) => `u(${4 + k}u)`).join("\n  ")}
  result[u(1u) + i] = ${source}[u(0u) + u32(at)];
}`,
  })[0];
}

/** Writes parts of one rank into their windows. */
function writeParts(
  context: DeviceContext,
  target: GpuStorage,
  storages: readonly GpuStorage[],
  windows: readonly Window[],
): void {
  const count = storages.length;
  const rank = windows[0].shape.length;
  const lengths = new Array<number>(count);
  for (let i = 0; i < count; i++) lengths[i] = storages[i].length;
  const { workgroups, uniforms } = setGrid(lengths);
  const windowsAt = count + 1 + uniforms.length;
  for (let i = 0; i < count; i++) putWindow(uniforms, windows[i]);
  context.runInto([target], {
    label: "scatter",
    variant: context.pipelines.of(gpuScatter).at(count).at(rank),
    inputs: storages,
    workgroups,
    uniforms,
    shader: (sources, buffers) => {
      const lines = [
        findSet(count, count + 1),
        readFromSet("value", sources, "u(part) + i"),
        `let window = ${windowsAt}u + part * ${1 + 2 * rank}u;`,
        ...walk(rank, (k) => `u(window + ${k}u)`),
        `result[u(${count}u) + u32(at)] = value;`,
      ];
      return `${declareUniforms(windowsAt + count * (1 + 2 * rank))}
${declareBuffers(buffers)}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  ${lines.join("\n  ")}
}`;
    },
  });
}

/** Writes every part into its window of `length` zeros. */
export function gpuScatter(
  context: DeviceContext,
  length: number,
  parts: readonly ScatterPart[],
): GpuStorage {
  const [target] = context.allocate([length]);
  let covered = 0;
  for (let i = 0; i < parts.length; i++) covered += sizeOf(parts[i].into.shape);
  if (covered < length) context.commands.clear(target);
  // A dispatch writes parts of one rank; most often all are.
  for (let from = 0, to = 0; from < parts.length; from = to) {
    const rank = parts[from].into.shape.length;
    const [storages, windows]: [GpuStorage[], Window[]] = [[], []];
    for (; to < parts.length && parts[to].into.shape.length === rank; to++) {
      const { data, into } = parts[to];
      if (data.length === 0) continue;
      storages.push(context.own(data));
      windows.push(into);
    }
    let first = 0;
    for (const end of cutSets(storages, storages.length, maxStorageBuffers - 1)) {
      writeParts(context, target, storages.slice(first, end), windows.slice(first, end));
      first = end;
    }
  }
  return target;
}
