// How the shader of a scan's pullback runs the time steps forward again.
import type { Expr } from "@spikeloop/expr";
import type { Segments } from "./scan_backward_work.ts";
import { braces, type ScanText, stepLoop } from "./scan_text.ts";
import { printWgsl } from "./wgsl.ts";

/** Memory that a backward pass reads and writes on its way forward: terms of its elements. */
export interface Scratch {
  /** Of the lateral currents that steps have sent, where they arrive later than a step. */
  readonly sent: (at: string) => string;
  /** Of the checkpoints. */
  readonly checkpoint: (at: string) => string;
}

/** Prints the steps forward of a backward pass. */
export class ForwardAgain {
  readonly #text: ScanText;
  readonly #kept: readonly Expr[];
  readonly #segments: Segments;
  readonly #scratch: Scratch;
  readonly #isSmall: boolean;
  readonly #depth: number;
  /** The indices of the states. */
  readonly #states: readonly number[];

  /**
   * Prints steps that keep the values `kept`, and load inputs `depth` steps ahead.
   *
   * @param isSmall Whether weights are in registers already.
   */
  constructor(
    text: ScanText,
    kept: readonly Expr[],
    segments: Segments,
    scratch: Scratch,
    { isSmall, depth }: { readonly isSmall: boolean; readonly depth: number },
  ) {
    this.#text = text;
    this.#kept = kept;
    this.#segments = segments;
    this.#scratch = scratch;
    this.#isSmall = isSmall;
    this.#depth = depth;
    this.#states = text.kernel.states.map((_, i) => i);
  }

  /** The term of a kept value of step t in the workgroup memory. */
  keptAt(i: number): string {
    const { threads } = this.#text.layout;
    return `kept[(t - start) * ${this.#kept.length * threads}u + ${i * threads}u + lane]`;
  }

  /** The bounds of a segment. */
  bounds(): string[] {
    const { segment, checkpoints } = this.#segments;
    return checkpoints
      ? [`let start = part * ${segment}u;`, `let end = min(start + ${segment}u, steps);`]
      : ["let start = 0u;", "let end = steps;"];
  }

  /** The variables from step to step: the states, and the lateral current. */
  #carried(): string[] {
    const { connected, delayed } = this.#text.layout;
    return [...this.#states.map((i) => `s${i}`), ...connected && !delayed ? ["lateral"] : []];
  }

  /** Pairs of a variable from step to step and its checkpoint before the segment. */
  checkpoints(): (readonly [value: string, checkpoint: string])[] {
    const carried = this.#carried();
    return carried.map((value, i) => [
      value,
      this.#scratch.checkpoint(`(part * ${carried.length}u + ${i}u) * size + e`),
    ]);
  }

  /** Goes through all segments forward, and saves what they start from. */
  saveCheckpoints(): string[] {
    return [
      `let parts = (steps + ${this.#segments.segment - 1}u) / ${this.#segments.segment}u;`,
      ...braces("for (var part = 0u; part < parts; part++) {", [
        ...this.bounds(),
        this.#text.whereAlive(this.checkpoints().map(([value, at]) => `${at} = ${value};`)),
        ...this.walk(false),
      ]),
    ];
  }

  /** The results of a step forward: the next states, the output, and kept values. */
  roots(keeps: boolean): Expr[] {
    const { kernel, layout: { connected } } = this.#text;
    return [...kernel.next, ...connected ? [kernel.out] : [], ...keeps ? this.#kept : []];
  }

  /** Goes through a segment forward, and keeps the values that the pullback reads or not. */
  walk(keeps: boolean): string[] {
    const step = (slot: number) => this.#step(keeps, slot);
    return braces("{", [
      ...this.#isSmall ? [] : this.#text.loadWeights("to"),
      ...this.#text.firstInputs(this.roots(keeps), "start", this.#depth),
      ...stepLoop("for (var t = start; t < end; t++) {", this.#depth, step, [
        "t++;",
        "if (t >= end) { break; }",
      ]),
    ]);
  }

  /** A step forward, as in the forward pass. */
  #step(keeps: boolean, slot: number): string[] {
    const text = this.#text;
    const { connected, delayed } = text.layout;
    const states = this.#states;
    const roots = this.roots(keeps);
    const { statements, roots: terms } = printWgsl(roots, (name) => text.slot(name), "f");
    const keptFrom = states.length + Number(connected);
    const { sent } = this.#scratch;
    // The first pass over all steps has sent what arrives later.
    const isSent = delayed && keeps && this.#segments.checkpoints;
    return [
      "let at = t * size + e;",
      ...delayed ? text.delayedLateral(sent("at - delay * size")) : [],
      ...text.takeInputs(roots, "end", this.#depth, slot),
      ...statements,
      ...terms.slice(keptFrom).map((term, i) => `${this.keptAt(i)} = ${term};`),
      ...states.map((i) => `let n${i} = ${terms[i]};`),
      ...states.map((i) => `s${i} = n${i};`),
      ...connected && !isSent ? text.exchange("to", terms[states.length], "bias") : [],
      ...connected && !delayed ? ["lateral = sum;"] : [],
      connected && delayed && !isSent ? text.whereAlive([`${sent("at")} = sum;`]) : "",
    ];
  }
}
