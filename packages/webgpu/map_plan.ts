import { type MapKernel, sizeOf, stridesOf } from "@spikeloop/backend";
import type { GpuStorage, Plan } from "./buffers.ts";
import { floatBits } from "./commands.ts";
import { kernelNumber, maxStorageBuffers } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";

/** An argument of a map: a number, or storage with one stride per axis of the result. */
export type PlanOperand = number | {
  readonly storage: GpuStorage;
  readonly strides: readonly number[];
};

/** The most maps that one dispatch computes, one after another. */
const longestChain = 4;

/** The place of an argument: among the arrays, among the numbers, or another map's result. */
type Slot =
  | { readonly array: number }
  | { readonly number: number }
  | { readonly link: Link };

/** A kernel whose arguments have places. */
interface Link {
  readonly kernel: MapKernel;
  readonly slots: readonly Slot[];
}

/** Statements that compute an element, and the terms of its values. */
export interface MapText {
  readonly statements: readonly string[];
  readonly roots: readonly string[];
}

/** A map of storages, and of the results of earlier maps, which it computes along with its own. */
export class MapPlan implements Plan {
  /** The number of results' elements. */
  readonly size: number;
  /** The storages that it reads. */
  readonly arrays: GpuStorage[] = [];
  /** Distinguishes its text from others with as many arrays. */
  readonly key: string;
  /** The number of kernels on its longest path. */
  readonly length: number;
  readonly shape: readonly number[];
  readonly #strides: (readonly number[])[] = [];
  readonly #numbers: number[] = [];
  readonly #link: Link;
  readonly #walk: { readonly shape: number[]; readonly strides: number[][] };
  readonly #contiguous: readonly boolean[];

  readonly #run: (plan: MapPlan, storage: GpuStorage) => void;

  /**
   * Plans a map.
   *
   * @param own Returns storage that is computed.
   * @param run Computes the only result of a plan.
   */
  constructor(
    kernel: MapKernel,
    operands: readonly PlanOperand[],
    shape: readonly number[],
    own: (storage: GpuStorage) => GpuStorage,
    run: (plan: MapPlan, storage: GpuStorage) => void,
  ) {
    this.#run = run;
    this.shape = shape;
    this.size = sizeOf(shape);
    let key = `${kernelNumber(kernel)}(`;
    let length = 1;
    let room = maxStorageBuffers - 1;
    for (const o of operands) if (typeof o !== "number") room--;
    const slots = operands.map((o): Slot => {
      if (typeof o === "number") {
        key += "n";
        return { number: this.#numbers.push(o) - 1 };
      }
      const { storage } = o;
      const plan = planOf(storage);
      const strides = plan && plan.length < longestChain &&
        plan.arrays.length <= room + 1 && this.#stridesOf(plan, o.strides);
      if (!plan || !strides) {
        key += "a";
        this.#strides.push(o.strides);
        return { array: this.arrays.push(own(storage)) - 1 };
      }
      storage.fused = true;
      room -= plan.arrays.length - 1;
      length = Math.max(length, plan.length + 1);
      key += plan.key;
      const [array, number] = [this.arrays.length, this.#numbers.length];
      this.arrays.push(...plan.arrays);
      this.#strides.push(...strides);
      this.#numbers.push(...plan.#numbers);
      return { link: moved(plan.#link, array, number) };
    });
    this.length = length;
    this.#link = { kernel, slots };
    this.#walk = mergeAxes(shape, this.#strides);
    const rank = this.#walk.shape.length;
    this.#contiguous = this.#walk.strides.map((s) => rank <= 1 && (s[0] ?? 1) === 1);
    this.key = `${key})${rank}${this.#contiguous.map(Number).join("")}`;
  }

  /** Computes the result into storage that has memory by now. */
  compute(storage: GpuStorage): void {
    this.#run(this, storage);
  }

  /** The strides of another plan's arrays along this plan's axes; undefined if it does not fit. */
  #stridesOf(
    plan: MapPlan,
    strides: readonly number[],
  ): readonly (readonly number[])[] | undefined {
    const { shape, size } = this;
    if (plan.size === 1) return plan.arrays.map(() => shape.map(() => 0));
    if (plan.size !== size) return undefined;
    const natural = stridesOf(shape);
    if (shape.some((n, i) => n !== 1 && strides[i] !== natural[i])) return undefined;
    if (plan.shape.length === shape.length && plan.shape.every((n, i) => n === shape[i])) {
      return plan.#strides;
    }
    return plan.#contiguous.every((c) => c) ? plan.arrays.map(() => natural) : undefined;
  }

  /** The uniforms that its text reads, from some place on. */
  get uniforms(): number[] {
    const { shape, strides } = this.#walk;
    return [...this.#numbers.map(floatBits), ...shape, ...strides.flat()];
  }

  /**
   * Prints the computation of element `i`.
   *
   * @param places The buffers of its arrays, whose offsets are the first uniforms.
   * @param from The place of its own uniforms.
   */
  print(places: readonly string[], from: number): MapText {
    const rank = this.#walk.shape.length;
    const shapeAt = from + this.#numbers.length;
    const stridesAt = shapeAt + rank;
    const statements: string[] = [];
    if (this.#contiguous.includes(false)) {
      statements.push("var rest = i;");
      for (let axis = rank - 1; axis >= 0; axis--) {
        const extent = `u(${shapeAt + axis}u)`;
        statements.push(`let i${axis} = rest % ${extent}; rest = rest / ${extent};`);
      }
    }
    this.arrays.forEach((_, k) => {
      const terms = this.#walk.shape.map((_, axis) =>
        `i${axis} * u(${stridesAt + k * rank + axis}u)`
      );
      const at = this.#contiguous[k] ? "i" : terms.join(" + ") || "0u";
      statements.push(`let x${k} = ${places[k]}[u(${k}u) + ${at}];`);
    });
    let links = 0;
    const printLink = ({ kernel, slots }: Link): readonly string[] => {
      const terms = new Map(slots.map((slot, i): [string, string] => [
        kernel.inputs[i],
        "array" in slot
          ? `x${slot.array}`
          : "number" in slot
          ? `uf(${from + slot.number}u)`
          : printLink(slot.link)[0],
      ]));
      const body = printWgsl(kernel.outputs, (name) => terms.get(name) ?? "0.0", `e${links++}_`);
      statements.push(...body.statements);
      return body.roots;
    };
    return { roots: printLink(this.#link), statements };
  }
}

/** The plan of storage that is not computed yet, the first time that a kernel wants to. */
export function planOf({ plan, fused }: GpuStorage): MapPlan | undefined {
  return plan instanceof MapPlan && !fused ? plan : undefined;
}

/** A link whose arrays and numbers have moved. */
function moved({ kernel, slots }: Link, array: number, number: number): Link {
  return {
    kernel,
    slots: slots.map((slot) =>
      "array" in slot
        ? { array: slot.array + array }
        : "number" in slot
        ? { number: slot.number + number }
        : { link: moved(slot.link, array, number) }
    ),
  };
}

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
