import { type MapKernel, type MapOperand, sizeOf } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { floatBits, spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { declareBuffers, declareUniforms, kernelNumber } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";

/** Merges neighbouring axes that every operand walks with one stride. */
function mergeAxes(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
): { shape: number[]; strides: number[][] } {
  const merged: number[] = [];
  const mergedStrides: number[][] = strides.map(() => []);
  shape.forEach((n, axis) => {
    if (n === 1) return;
    const last = merged.length - 1;
    const joins = last >= 0 && strides.every((s, i) => mergedStrides[i][last] === s[axis] * n);
    if (joins) merged[last] *= n;
    else merged.push(n);
    strides.forEach((s, i) => {
      if (joins) mergedStrides[i][last] = s[axis];
      else mergedStrides[i].push(s[axis]);
    });
  });
  return { shape: merged, strides: mergedStrides };
}

/** Evaluates a kernel, one thread per element. All results lie side by side in one buffer. */
export function gpuMap(
  context: DeviceContext,
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): GpuStorage[] {
  const size = sizeOf(shape);
  const arrays = operands.flatMap((o, slot) =>
    typeof o === "number" ? [] : [{ slot, storage: o.storage, strides: o.strides }]
  );
  const numbers = operands.flatMap((o, slot) => typeof o === "number" ? [{ slot, value: o }] : []);
  const walk = mergeAxes(shape, arrays.map((a) => a.strides));
  const rank = walk.shape.length;
  const results = kernel.outputs.length;
  // Uniforms: offsets of inputs and results, size and row, numbers, extents, then each input's
  // strides.
  const sizeAt = arrays.length + results;
  const numbersAt = sizeAt + 2;
  const shapeAt = numbersAt + numbers.length;
  const stridesAt = shapeAt + rank;
  const contiguous = walk.strides.map((s) => rank <= 1 && (s[0] ?? 1) === 1);
  const { workgroups, row } = spread(Math.ceil(size / 64));
  return context.run({
    label: "map",
    key: `${kernelNumber(kernel)}/${rank}/${
      operands.map((o) => typeof o === "number" ? "n" : "a").join("")
    }/${contiguous.map(Number).join("")}`,
    inputs: arrays.map((a) => context.own(a.storage)),
    outputs: kernel.outputs.map(() => size),
    workgroups,
    uniforms: [
      size,
      row * 64,
      ...numbers.map((n) => floatBits(n.value)),
      ...walk.shape,
      ...walk.strides.flat(),
    ],
    shader: (places, count) => {
      const terms = new Map<string, string>();
      const index: string[] = [];
      if (contiguous.includes(false)) {
        index.push("var rest = i;");
        for (let axis = rank - 1; axis >= 0; axis--) {
          index.push(
            `let i${axis} = rest % u(${shapeAt + axis}u); rest = rest / u(${shapeAt + axis}u);`,
          );
        }
      }
      const loads = arrays.map((a, k) => {
        const at = contiguous[k]
          ? "i"
          : Array.from({ length: rank }, (_, axis) =>
            `i${axis} * u(${stridesAt + k * rank + axis}u)`).join(" + ") || "0u";
        terms.set(kernel.inputs[a.slot], `x${k}`);
        return `let x${k} = ${places[k]}[u(${k}u) + ${at}];`;
      });
      numbers.forEach((n, k) => terms.set(kernel.inputs[n.slot], `uf(${numbersAt + k}u)`));
      const body = printWgsl(kernel.outputs, (name) => terms.get(name) ?? "0.0", "e");
      return `${declareUniforms(stridesAt + arrays.length * rank)}
${declareBuffers(count)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.y * u(${sizeAt + 1}u) + id.x;
  if (i >= u(${sizeAt}u)) { return; }
  ${[...index, ...loads, ...body.statements].join("\n  ")}
  ${body.roots.map((r, k) => `result[u(${arrays.length + k}u) + i] = ${r};`).join("\n  ")}
}`;
    },
  });
}
