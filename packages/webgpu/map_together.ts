import type { MapKernel, TogetherOperand } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { floatBits } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { cutSets, findSet, readFromSet, setGrid } from "./sets.ts";
import { declareBuffers, declareUniforms, maxStorageBuffers } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";

/** The most numbers of results that lie in one buffer, which lives as long as one of them. */
const mostTogether = 2 ** 24;

/** A set of operands, and its results. */
interface MapSet {
  readonly length: number;
  readonly inputs: readonly GpuStorage[];
  readonly results: readonly GpuStorage[];
}

/** Runs a kernel for sets whose storages fit into a shader. */
function runSets(
  context: DeviceContext,
  kernel: MapKernel,
  operands: readonly TogetherOperand[],
  sets: readonly MapSet[],
): void {
  const { workgroups, uniforms } = setGrid(sets.map(({ length }) => length));
  const count = sets.length;
  const numbers = operands.filter((o) => typeof o === "number");
  const arrays = operands.length - numbers.length;
  const outputs = kernel.outputs.length;
  const resultsAt = count * arrays;
  const gridAt = resultsAt + count * outputs;
  const numbersAt = gridAt + uniforms.length;
  context.runInto(sets.flatMap(({ results }) => results), {
    label: "map of several tensors",
    variant: context.pipelines.of(kernel).at("together").at(count).atDigits(
      operands.map((o) => typeof o === "number" ? 0 : 1),
    ),
    inputs: sets.flatMap(({ inputs }) => inputs),
    workgroups,
    uniforms: [...uniforms, ...numbers.map(floatBits)],
    shader: (places, buffers) => {
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
        const own = sets.map((_, set) => places[set * arrays + k]);
        loads.push(readFromSet(`x${k}`, own, `u(part * ${arrays}u + ${k}u) + i`));
        terms.set(name, `x${k}`);
      });
      const body = printWgsl(kernel.outputs, (name) => terms.get(name) ?? "0.0", "e");
      const stores = body.roots.map((root, k) =>
        `result[u(${resultsAt + k}u + part * ${outputs}u) + i] = ${root};`
      );
      return `${declareUniforms(numbersAt + numbers.length)}
${declareBuffers(buffers)}
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
  operands: readonly TogetherOperand[],
  lengths: readonly number[],
): GpuStorage[][] {
  const outputs = kernel.outputs.map((): GpuStorage[] => []);
  for (let from = 0, to = 0; from < lengths.length; from = to) {
    let total = 0;
    do total += lengths[to++] * outputs.length; while (
      to < lengths.length && total + lengths[to] * outputs.length <= mostTogether
    );
    const own = lengths.slice(from, to);
    const storages = context.allocate(own.flatMap((n) => outputs.map(() => n)));
    const sets = own.map((length, s): MapSet => ({
      length,
      inputs: operands.flatMap((o) => typeof o === "number" ? [] : [context.own(o[from + s])]),
      results: outputs.map((_, k) => storages[s * outputs.length + k]),
    }));
    for (const { results } of sets) results.forEach((r, k) => outputs[k].push(r));
    const filled = sets.filter(({ length }) => length > 0);
    const most = maxStorageBuffers - 1;
    for (const run of cutSets(filled, most, ({ inputs }) => inputs.map((s) => s.block))) {
      runSets(context, kernel, operands, run);
    }
  }
  return outputs;
}
