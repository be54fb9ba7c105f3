import { input } from "@spikeloop/expr";
import type { MapKernel, MapOperand } from "@spikeloop/backend";
import type { DeviceContext } from "./device.ts";
import type { GpuStorage } from "./buffers.ts";
import { floatBits } from "./commands.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";
import { spread } from "./dispatch.ts";

/** Neighbouring axes that every operand walks in the same way become one. */
function collapse(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
): { shape: number[]; strides: number[][] } {
  const outShape: number[] = [];
  const outStrides: number[][] = strides.map(() => []);
  shape.forEach((n, axis) => {
    if (n === 1) return;
    const last = outShape.length - 1;
    const joins = last >= 0 && strides.every((s, i) => outStrides[i][last] === s[axis] * n);
    if (joins) outShape[last] *= n;
    else outShape.push(n);
    strides.forEach((s, i) => {
      if (joins) outStrides[i][last] = s[axis];
      else outStrides[i].push(s[axis]);
    });
  });
  return { shape: outShape, strides: outStrides };
}

const numbersOfKernels = new WeakMap<object, number>();
let kernelCount = 0;

/** A number for a definition, for the keys of pipelines. */
export function kernelNumber(kernel: object): number {
  let n = numbersOfKernels.get(kernel);
  if (n === undefined) numbersOfKernels.set(kernel, n = kernelCount++);
  return n;
}

let constant: MapKernel | undefined;

/** The same number everywhere. */
export function fill(context: DeviceContext, length: number, value: number): GpuStorage {
  constant ??= { inputs: ["x"], outputs: [input("x")] };
  return map(context, constant, [value], [length])[0];
}

/** One thread per element; all results lie side by side in one buffer. */
export function map(
  context: DeviceContext,
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): GpuStorage[] {
  const size = shape.reduce((p, n) => p * n, 1);
  const arrays = operands.flatMap((o, slot) =>
    typeof o === "number" ? [] : [{ slot, storage: o.storage, strides: o.strides }]
  );
  const numbers = operands.flatMap((o, slot) => typeof o === "number" ? [{ slot, value: o }] : []);
  const walk = collapse(shape, arrays.map((a) => a.strides));
  const rank = walk.shape.length;
  const results = kernel.outputs.length;
  // Uniforms: offsets of inputs and results, size and row, numbers, extents, then each input's strides.
  const sizeAt = arrays.length + results;
  const numbersAt = sizeAt + 2;
  const shapeAt = numbersAt + numbers.length;
  const stridesAt = shapeAt + rank;
  const contiguous = walk.strides.map((s) => rank <= 1 && (s[0] ?? 1) === 1);
  const { groups, row } = spread(Math.ceil(size / 64));
  return context.run({
    label: "map",
    key: `${kernelNumber(kernel)}/${rank}/${
      operands.map((o) => typeof o === "number" ? "n" : "a").join("")
    }/${contiguous.map(Number).join("")}`,
    inputs: arrays.map((a) => context.own(a.storage)),
    outputs: kernel.outputs.map(() => size),
    groups,
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
