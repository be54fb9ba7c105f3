import { type ScatterPart, sizeOf, type View, type Window } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { cutSets, findSet, readFromSet, setGrid } from "./sets.ts";
import { declareBuffers, declareUniforms, maxStorageBuffers } from "./shader.ts";

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
    variant: context.pipelines.of(gpuGather).at(rank),
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

/** A part of a scatter, as the GPU takes it. */
interface Part {
  readonly storage: GpuStorage;
  readonly into: Window;
}

/** Writes parts of one rank into their windows. */
function writeParts(context: DeviceContext, target: GpuStorage, parts: readonly Part[]): void {
  const count = parts.length;
  const rank = parts[0].into.shape.length;
  const grid = setGrid(parts.map(({ storage }) => storage.length));
  const windowsAt = count + 1 + grid.uniforms.length;
  context.runInto([target], {
    label: "scatter",
    variant: context.pipelines.of(gpuScatter).at(count).at(rank),
    inputs: parts.map(({ storage }) => storage),
    workgroups: grid.workgroups,
    uniforms: [
      ...grid.uniforms,
      ...parts.flatMap(({ into }) => [
        into.offset,
        ...into.shape,
        ...into.strides.map((s) => s >>> 0),
      ]),
    ],
    shader: (places, buffers) => {
      const lines = [
        findSet(count, count + 1),
        readFromSet("value", places, "u(part) + i"),
        `let window = ${windowsAt}u + part * ${1 + 2 * rank}u;`,
        "var rest = i;",
        "var at = i32(u(window));",
      ];
      for (let axis = rank - 1; axis >= 0; axis--) {
        const extent = `u(window + ${1 + axis}u)`;
        lines.push(
          `at += i32(rest % ${extent}) * bitcast<i32>(u(window + ${1 + rank + axis}u));`,
          `rest = rest / ${extent};`,
        );
      }
      lines.push(`result[u(${count}u) + u32(at)] = value;`);
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
  const covered = parts.reduce((n, p) => n + sizeOf(p.into.shape), 0);
  if (covered < length) context.commands.clear(target);
  const byRank = new Map<number, Part[]>();
  for (const { data, into } of parts) {
    if (data.length === 0) continue;
    const rank = into.shape.length;
    byRank.set(rank, [...byRank.get(rank) ?? [], { storage: context.own(data), into }]);
  }
  for (const ofRank of byRank.values()) {
    for (const run of cutSets(ofRank, maxStorageBuffers - 1, (p) => [p.storage.block])) {
      writeParts(context, target, run);
    }
  }
  return target;
}
