import type { MapKernel, MapOperand, Storage } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { floatBits } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { cutSets, findSet, readFromSet, setGrid } from "./sets.ts";
import { declareBuffers, declareUniforms, maxStorageBuffers } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";

/** The most numbers of results that lie in one buffer, which lives as long as one of them. */
const mostTogether = 2 ** 24;

/** An argument of all sets: a number that they share, or one storage for each. */
type TogetherOperand = number | readonly Storage[];

/** The arguments by slot; undefined where numbers differ from set to set. */
function bySlot(
  sets: readonly (readonly MapOperand[])[],
): readonly TogetherOperand[] | undefined {
  const operands: TogetherOperand[] = [];
  for (const [slot, first] of sets[0].entries()) {
    const column = sets.map((set) => set[slot]);
    const storages = column.flatMap((x) => typeof x === "number" ? [] : [x.storage]);
    if (storages.length === sets.length) operands.push(storages);
    else if (typeof first === "number" && column.every((x) => Object.is(x, first))) {
      operands.push(first);
    } else return undefined;
  }
  return operands;
}

/** Runs a kernel for sets whose storages fit into a shader; inputs and results set by set. */
function runSets(
  context: DeviceContext,
  kernel: MapKernel,
  operands: readonly TogetherOperand[],
  lengths: readonly number[],
  inputs: readonly GpuStorage[],
  results: readonly GpuStorage[],
): void {
  const { workgroups, uniforms } = setGrid(lengths);
  const count = lengths.length;
  const arrays = inputs.length / count;
  const outputs = kernel.outputs.length;
  const resultsAt = inputs.length;
  const gridAt = resultsAt + results.length;
  const numbersAt = gridAt + uniforms.length;
  let variant = context.pipelines.of(kernel).at("together").at(count);
  for (let slot = 0; slot < operands.length; slot++) {
    const operand = operands[slot];
    const isNumber = typeof operand === "number";
    variant = variant.at(isNumber ? 0 : 1);
    if (isNumber) uniforms.push(floatBits(operand));
  }
  context.runInto(results, {
    label: "map of several tensors",
    variant,
    inputs,
    workgroups,
    uniforms,
    shader: (sources, buffers, names) => {
      const terms = new Map<string, string>();
      const loads: string[] = [];
      let number = 0;
      operands.forEach((operand, slot) => {
        const name = kernel.inputs[slot];
        if (typeof operand === "number") {
          terms.set(name, `uf(${numbersAt + number++}u)`);
          return;
        }
        const k = loads.length;
        const own = lengths.map((_, set) => sources[set * arrays + k]);
        loads.push(readFromSet(`x${k}`, own, `u(part * ${arrays}u + ${k}u) + i`));
        terms.set(name, `x${k}`);
      });
      const body = printWgsl(kernel.outputs, (name) => terms.get(name) ?? "0.0", "e");
      // More than one set lie in one buffer.
      const stores = body.roots.map((root, k) =>
        `${names[k]}[u(${resultsAt + k}u + part * ${outputs}u) + i] = ${root};`
      );
      return `${declareUniforms(numbersAt + number)}
${declareBuffers(buffers, names)}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  ${findSet(count, gridAt)}
  ${[...loads, ...body.statements, ...stores].join("\n  ")}
}`;
    },
  });
}

/**
 * Evaluates a kernel for several sets of operands, in as few dispatches as the number of buffers
 * allows. Results lie side by side, so that they take one binding where they are operands again.
 */
export function gpuMapTogether(
  context: DeviceContext,
  kernel: MapKernel,
  sets: readonly (readonly MapOperand[])[],
  lengths: readonly number[],
): GpuStorage[][] | undefined {
  const operands = bySlot(sets);
  if (operands === undefined) return undefined;
  const outputs = kernel.outputs.length;
  const all: GpuStorage[] = [];
  for (let from = 0, to = 0; from < lengths.length; from = to) {
    const [inputs, filled, sizes]: [GpuStorage[], number[], number[]] = [[], [], []];
    let total = 0;
    for (; to < lengths.length; to++) {
      const length = lengths[to];
      total += length * outputs;
      if (to > from && total > mostTogether) break;
      for (let k = 0; k < outputs; k++) sizes.push(length);
      if (length === 0) continue;
      filled.push(to - from);
      for (let slot = 0; slot < operands.length; slot++) {
        const operand = operands[slot];
        if (typeof operand !== "number") inputs.push(context.own(operand[to]));
      }
    }
    const results = context.allocate(sizes);
    all.push(...results);
    const each = inputs.length / filled.length;
    let first = 0;
    for (const end of cutSets(inputs, filled.length, maxStorageBuffers - 1)) {
      const runLengths: number[] = [];
      const runResults: GpuStorage[] = [];
      for (let i = first; i < end; i++) {
        runLengths.push(lengths[from + filled[i]]);
        for (let k = 0; k < outputs; k++) runResults.push(results[filled[i] * outputs + k]);
      }
      const runInputs = inputs.slice(first * each, end * each);
      runSets(context, kernel, operands, runLengths, runInputs, runResults);
      first = end;
    }
  }
  return sets.map((_, i) => all.slice(i * outputs, (i + 1) * outputs));
}
