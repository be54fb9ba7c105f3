import type { LateralExtents, LateralGradients, LateralRecord, Storage } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { gpuMatmul } from "./matmul.ts";
import { gpuScatter } from "./movement.ts";
import { PartialSums } from "./partial_sums.ts";
import { gpuReduce } from "./reduce.ts";
import { exchangedNumbers, layoutOf, registerGroup, type ScanLayout } from "./scan_layout.ts";
import { braces, indent } from "./scan_text.ts";
import { cutSets } from "./sets.ts";
import { declareBuffers, declareUniforms, maxStorageBuffers } from "./shader.ts";

/**
 * Prints a shader that adds `count` steps to the sums. Groups exchange the cotangents of their
 * currents; a thread multiplies them by its unit's output.
 */
function lateralText(
  layout: ScanLayout,
  sums: PartialSums,
  count: number,
  { isFirst, sources, buffers }: { isFirst: boolean; sources: readonly string[]; buffers: number },
): string {
  const { group, busy, threads, connected } = layout;
  const inputs = sources.length;
  const uniform = (i: number) => `u(${inputs + 1 + i}u)`;
  const page = exchangedNumbers(layout) / 2;
  const steps = Array.from({ length: count }, (_, i) => {
    const perStep = connected ? 2 : 1;
    const read = (input: number) => `${sources[input]}[u(${input}u) + e]`;
    const q = `var q = 0.0; if (alive) { q = ${read(i * perStep)}; }`;
    if (!connected) return [`{ ${q} sum0 += q; }`];
    const mates = Array.from({ length: group }, (_, k) => `let q${k} = exchanged[mates + ${k}u];`);
    return braces("{", [
      q,
      `page = ${page}u - page;`,
      "exchanged[page + lane] = q;",
      "workgroupBarrier();",
      "let mates = page + lane - unit;",
      `if (alive) { let sent = ${read(i * perStep + 1)}; ${mates.join(" ")} ${
        sums.add("sent", "q").join(" ")
      } }`,
    ]);
  });
  const body = [
    `let size = ${uniform(0)};`,
    `let units = ${uniform(1)};`,
    `let unit = lane % ${group}u;`,
    `let first = (group.y * ${uniform(2)} + group.x) * ${busy}u + lane;`,
    "let d = first % units;",
    "var page = 0u;",
    ...sums.declare(),
    ...braces(`for (var turn = 0u; turn < ${uniform(3)}; turn++) {`, [
      `let e = first + turn * ${uniform(4)};`,
      `let alive = lane < ${busy}u && e < size;`,
      ...steps.flat(),
    ]),
    ...braces(
      `if (lane < ${busy}u && first < size) {`,
      sums.write((at) => `result[u(${inputs}u) + ${at}]`, isFirst ? "=" : "+="),
    ),
  ];
  return `${declareUniforms(inputs + 6)}
${declareBuffers(buffers)}
var<workgroup> exchanged: array<f32, ${2 * page}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
${indent(body).join("\n")}
}`;
}

/**
 * Adds up steps over time and batch, all into one array of sums.
 *
 * @param storages The cotangents of each step's currents and its outputs; without a group, the
 * gradients of a parameter.
 */
function sumSteps(
  context: DeviceContext,
  storages: readonly GpuStorage[],
  { batch, units, group }: Pick<LateralExtents, "batch" | "units" | "group">,
): GpuStorage[] {
  const layout = layoutOf(context, { batch, units, group, delay: 1 }, "sums", "backward");
  const sums = new PartialSums(group, group > 0 ? 0 : 1);
  const { workgroups, row, turns, stride, rows } = layout;
  const [total] = context.allocate([rows * sums.length(units)]);
  const each = group > 0 ? 2 : 1;
  if (storages.length === 0) context.commands.clear(total);
  let first = 0;
  for (const end of cutSets(storages, storages.length / each, maxStorageBuffers - 1)) {
    const isFirst = first === 0;
    const count = end - first;
    if (total.length === 0) break;
    context.runInto([total], {
      label: "gradients of steps",
      variant: context.pipelines.of(sumSteps).at(group).at(count).at(Number(isFirst)),
      inputs: storages.slice(first * each, end * each),
      workgroups,
      uniforms: [batch * units, units, row, turns, stride],
      shader: (sources, buffers) => lateralText(layout, sums, count, { isFirst, sources, buffers }),
    });
    first = end;
  }
  return sums.finish(context, total, rows, units);
}

/** The gradients of weight and bias in large groups: a product of matrices per group. */
function productGradients(
  context: DeviceContext,
  [laterals, outs]: readonly (readonly GpuStorage[])[],
  { units, group }: Pick<LateralExtents, "units" | "group">,
): LateralGradients {
  const groups = units / group;
  const rows = laterals.reduce((n, { length }) => n + length / units, 0);
  /** All rows of all steps, group by group: [groups, rows, P]. */
  const byGroup = (storages: readonly GpuStorage[]) => {
    let at = 0;
    const parts = storages.map((data) => {
      const shape = [data.length / units, groups, group];
      const into = { offset: at * group, shape, strides: [group, rows * group, 1] };
      at += shape[0];
      return { data, into };
    });
    return gpuScatter(context, rows * units, parts);
  };
  const [g, s] = [byGroup(laterals), byGroup(outs)];
  const spec = {
    ...{ batch: groups, m: group, k: rows, n: group, transposeA: true, transposeB: false },
    ...{ sharedA: false, sharedB: false, binaryA: false, binaryB: false },
  };
  const weight = gpuMatmul(context, spec, g, s);
  const bias = gpuReduce(context, "sum", g, groups, rows, group);
  context.release(g);
  context.release(s);
  return { weight, bias };
}

/** Sums the gradients of weight and bias over all rows of all records. */
export function gpuLateralGradient(
  context: DeviceContext,
  records: readonly LateralRecord[],
  extents: Pick<LateralExtents, "batch" | "units" | "group">,
): LateralGradients {
  const own = records.filter((r) => r.out.length > 0)
    .map(({ lateral, out }) => [context.own(lateral), context.own(out)]);
  if (extents.group > registerGroup) {
    return productGradients(context, [own.map(([g]) => g), own.map(([, s]) => s)], extents);
  }
  const [weight, bias] = sumSteps(context, own.flat(), extents);
  return { weight, bias };
}

/** Sums arrays [N, D], one per step, to [D]. */
export function gpuParamGradient(
  context: DeviceContext,
  rows: readonly Storage[],
  batch: number,
  units: number,
): GpuStorage {
  const own = rows.map((row) => context.own(row));
  return sumSteps(context, own, { batch, units, group: 0 })[0];
}
