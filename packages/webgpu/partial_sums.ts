import { alignedLength, alignment, type GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { gpuReduce } from "./reduce.ts";

/**
 * Sums over time and batch that threads keep while they take their elements: a thread's part of the
 * gradients of the weights from its unit, of its bias, and of parameters. Each row of D threads
 * writes an array with all of them, and one reduction adds the rows up. The order of these sums is
 * not the CPU's, so the results agree within rounding.
 */
export class PartialSums {
  readonly #group: number;
  readonly #params: number;
  /** The numbers per unit of each section. */
  readonly #sections: readonly number[];

  /** The sums of groups of so many units (0: no weights), and of so many parameters. */
  constructor(group: number, params: number) {
    this.#group = group;
    this.#params = params;
    this.#sections = [...group > 0 ? [group, 1] : [], ...new Array<number>(params).fill(1)];
  }

  /** The numbers of a row for D units. */
  length(units: number): number {
    return this.#sections.reduce((n, per) => n + alignedLength(per * units), 0);
  }

  /** Statements that declare the sums, which are 0. */
  declare(): string[] {
    const weights = Array.from({ length: this.#group }, (_, k) => `var w${k} = 0.0;`);
    const params = Array.from({ length: this.#params }, (_, i) => `var sum${i} = 0.0;`);
    return [weights.join(" "), ...this.#group > 0 ? ["var wBias = 0.0;"] : [], ...params];
  }

  /** Statements that add what the output `sent` does to q0, q1, ..., and `own` to the bias. */
  add(sent: string, own: string): string[] {
    const weights = Array.from({ length: this.#group }, (_, k) => `w${k} += ${sent} * q${k};`);
    return [...weights, `wBias += ${own};`];
  }

  /** Statements that write the sums to `target(index)`, in the row of this thread. */
  write(target: (at: string) => string, operator: "=" | "+="): string[] {
    const group = this.#group;
    const sections = this.#sections.map((per) =>
      `(units * ${per}u + ${alignment - 1}u) / ${alignment}u * ${alignment}u`
    );
    const names = [
      ...group > 0 ? ["wBias"] : [],
      ...Array.from({ length: this.#params }, (_, i) => `sum${i}`),
    ];
    const weights = Array.from({ length: group }, (_, k) => {
      const at = `part + (d - unit + ${k}u) * ${group}u + unit`;
      return `${target(at)} ${operator} w${k};`;
    });
    return [
      `var part = first / units * (${sections.join(" + ")});`,
      ...weights,
      ...names.flatMap((name, i) => {
        const before = i + (group > 0 ? 0 : -1);
        return [
          ...before < 0 ? [] : [`part += ${sections[before]};`],
          `${target("part + d")} ${operator} ${name};`,
        ];
      }),
    ];
  }

  /** Adds up the rows: gradients of weight and bias, if there are, then those of parameters. */
  finish(
    context: DeviceContext,
    storage: GpuStorage,
    rows: number,
    units: number,
  ): GpuStorage[] {
    const length = this.length(units);
    const total = rows === 1 ? storage : gpuReduce(context, "sum", storage, 1, rows, length);
    if (total !== storage) context.release(storage);
    let at = 0;
    const parts = this.#sections.map((per) => {
      const part = context.share(total, per * units, at);
      at += alignedLength(per * units);
      return part;
    });
    context.release(total);
    return parts;
  }
}
