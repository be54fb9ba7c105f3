import { type MapKernel, type MapOperand, sizeOf, stridesOf } from "@spikeloop/backend";
import type { GpuStorage, LateWork } from "./buffers.ts";
import { floatBits, spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import type { Dispatch } from "./dispatch.ts";
import { declareBuffers, declareUniforms, maxStorageBuffers } from "./shader.ts";
import { Variant } from "./variant.ts";
import { printWgsl } from "./wgsl.ts";

/** The most maps that one dispatch computes, one after another. */
const longestChain = 4;

/** The parts of a structure for arguments; the result of a late map has that map's structure. */
const numberArgument = -1;
const arrayArgument = -2;

/** Statements that compute an element, and the terms of its values. */
export interface MapText {
  readonly statements: readonly string[];
  readonly roots: readonly string[];
}

/** The extents that remain of a shape, and the strides of every array along them. */
interface Walk {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
  /** Per array whether its elements are read one after another: 1 or 0. */
  readonly contiguous: readonly number[];
}

/** A map of storages, and of the results of earlier maps, which it computes along with its own. */
export class LateMap implements LateWork {
  /** The number of results' elements. */
  readonly size: number;
  /** The storages that it reads. */
  readonly arrays: GpuStorage[] = [];
  /** The number of kernels on its longest path. */
  readonly length: number;
  readonly #shape: readonly number[];
  readonly #strides: (readonly number[])[] = [];
  readonly #numbers: number[] = [];
  /** Its kernel, then the kind of every argument. */
  readonly #structure: Variant;
  readonly #context: DeviceContext;
  #merged: Walk | undefined;

  /** Takes a map down. */
  constructor(
    context: DeviceContext,
    kernel: MapKernel,
    operands: readonly MapOperand[],
    shape: readonly number[],
  ) {
    this.#context = context;
    this.#shape = shape;
    this.size = sizeOf(shape);
    let structure = context.pipelines.of(kernel);
    let length = 1;
    let room = maxStorageBuffers - 1;
    for (let i = 0; i < operands.length; i++) if (typeof operands[i] !== "number") room--;
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i];
      if (typeof operand === "number") {
        structure = structure.at(numberArgument);
        this.#numbers.push(operand);
        continue;
      }
      const storage = context.take(operand.storage);
      const { strides } = operand;
      const inner = lateMapOf(storage);
      const own = inner && inner.length < longestChain && inner.arrays.length <= room + 1
        ? this.#stridesOf(inner, strides)
        : undefined;
      if (inner === undefined || own === undefined) {
        structure = structure.at(arrayArgument);
        this.arrays.push(context.own(storage));
        this.#strides.push(strides);
        continue;
      }
      storage.fused = true;
      room -= inner.arrays.length - 1;
      length = Math.max(length, inner.length + 1);
      structure = structure.at(inner.#structure);
      this.arrays.push(...inner.arrays);
      this.#strides.push(...own);
      this.#numbers.push(...inner.#numbers);
    }
    this.length = length;
    this.#structure = structure;
  }

  /** Computes the only result into storage that has memory by now. */
  compute(storage: GpuStorage): void {
    this.#context.runInto([storage], this.dispatch(1));
  }

  /** The dispatch that computes so many results, one thread per element. */
  dispatch(results: number): Omit<Dispatch, "outputs"> {
    const { size, arrays } = this;
    const { workgroups, row } = spread(Math.ceil(size / 64));
    const uniforms = this.uniforms([size, row * 64]);
    const sizeAt = arrays.length + results;
    return {
      label: "map",
      variant: this.variant.at("map"),
      inputs: arrays,
      workgroups,
      uniforms,
      shader: (sources, count, targets) => {
        const { statements, roots } = this.print(sources, sizeAt + 2);
        return `${declareUniforms(sizeAt + uniforms.length)}
${declareBuffers(count, targets)}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.y * u(${sizeAt + 1}u) + id.x;
  if (i >= u(${sizeAt}u)) { return; }
  ${statements.join("\n  ")}
  ${roots.map((r, k) => `${targets[k]}[u(${arrays.length + k}u) + i] = ${r};`).join("\n  ")}
}`;
      },
    };
  }

  get #walk(): Walk {
    return this.#merged ??= mergeAxes(this.#shape, this.#strides);
  }

  /** Distinguishes its text. */
  get variant(): Variant {
    const { shape, contiguous } = this.#walk;
    return this.#structure.at("walk").at(shape.length).atDigits(contiguous);
  }

  /** The strides of another map's arrays along this map's axes; undefined if it does not fit. */
  #stridesOf(
    inner: LateMap,
    strides: readonly number[],
  ): readonly (readonly number[])[] | undefined {
    const shape = this.#shape;
    if (inner.size === 1) return inner.arrays.map(() => shape.map(() => 0));
    if (inner.size !== this.size) return undefined;
    const natural = stridesOf(shape);
    let isSame = inner.#shape.length === shape.length;
    for (let i = 0; i < shape.length; i++) {
      if (shape[i] !== 1 && strides[i] !== natural[i]) return undefined;
      isSame &&= inner.#shape[i] === shape[i];
    }
    if (isSame) return inner.#strides;
    return inner.#walk.contiguous.includes(0) ? undefined : inner.arrays.map(() => natural);
  }

  /** The uniforms `first`, and then those that its text reads. */
  uniforms(first: readonly number[]): number[] {
    const { shape, strides } = this.#walk;
    const numbers = this.#numbers;
    let at = first.length;
    const uniforms = new Array<number>(at + numbers.length + shape.length * (1 + strides.length));
    for (let i = 0; i < at; i++) uniforms[i] = first[i];
    for (let i = 0; i < numbers.length; i++) uniforms[at++] = floatBits(numbers[i]);
    for (let i = 0; i < shape.length; i++) uniforms[at++] = shape[i];
    for (let k = 0; k < strides.length; k++) {
      for (let i = 0; i < shape.length; i++) uniforms[at++] = strides[k][i];
    }
    return uniforms;
  }

  /**
   * Prints the computation of element `i`.
   *
   * @param sources The buffers of its arrays, whose offsets are the first uniforms.
   * @param from The index of its own uniforms.
   */
  print(sources: readonly string[], from: number): MapText {
    const { shape, contiguous } = this.#walk;
    const rank = shape.length;
    const shapeAt = from + this.#numbers.length;
    const stridesAt = shapeAt + rank;
    const statements: string[] = [];
    if (contiguous.includes(0)) {
      statements.push("var rest = i;");
      for (let axis = rank - 1; axis >= 0; axis--) {
        const extent = `u(${shapeAt + axis}u)`;
        statements.push(`let i${axis} = rest % ${extent}; rest = rest / ${extent};`);
      }
    }
    this.arrays.forEach((_, k) => {
      const terms = shape.map((_, axis) => `i${axis} * u(${stridesAt + k * rank + axis}u)`);
      const at = contiguous[k] === 1 ? "i" : terms.join(" + ") || "0u";
      statements.push(`let x${k} = ${sources[k]}[u(${k}u) + ${at}];`);
    });
    let [links, array, number] = [0, 0, 0];
    const printLink = (structure: Variant): readonly string[] => {
      const slots: Variant["key"][] = [];
      let node = structure;
      for (; node.parent !== undefined; node = node.parent) slots.unshift(node.key);
      const kernel = node.key as MapKernel;
      const terms = new Map(slots.map((slot, i): [string, string] => [
        kernel.inputs[i],
        slot instanceof Variant
          ? printLink(slot)[0]
          : slot === arrayArgument
          ? `x${array++}`
          : `uf(${from + number++}u)`,
      ]));
      const body = printWgsl(kernel.outputs, (name) => terms.get(name) ?? "0.0", `e${links++}_`);
      statements.push(...body.statements);
      return body.roots;
    };
    return { roots: printLink(this.#structure), statements };
  }
}

/** The map of storage that is not computed yet, the first time that a kernel wants to. */
export function lateMapOf({ work, fused }: GpuStorage): LateMap | undefined {
  return work instanceof LateMap && !fused ? work : undefined;
}

/** Merges neighbouring axes that every operand walks with one stride. */
function mergeAxes(shape: readonly number[], strides: readonly (readonly number[])[]): Walk {
  const merged: number[] = [];
  const mergedStrides = new Array<number[]>(strides.length);
  for (let k = 0; k < strides.length; k++) mergedStrides[k] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const n = shape[axis];
    if (n === 1) continue;
    const last = merged.length - 1;
    let joins = last >= 0;
    for (let k = 0; joins && k < strides.length; k++) {
      joins = mergedStrides[k][last] === strides[k][axis] * n;
    }
    if (joins) merged[last] *= n;
    else merged.push(n);
    const at = merged.length - 1;
    for (let k = 0; k < strides.length; k++) mergedStrides[k][at] = strides[k][axis];
  }
  const contiguous = new Array<number>(strides.length);
  for (let k = 0; k < strides.length; k++) {
    contiguous[k] = merged.length <= 1 && (mergedStrides[k][0] ?? 1) === 1 ? 1 : 0;
  }
  return { shape: merged, strides: mergedStrides, contiguous };
}
