// The parts of a shader that both passes of a scan share.
import type { ScanArgs, ScanKernel } from "@spikeloop/backend";
import { type Expr, inputNames } from "@spikeloop/expr";
import {
  exchangedNumbers,
  registerGroup,
  type ScanInputs,
  type ScanLayout,
  uniformAt,
} from "./scan_layout.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** Prints the parts that the shaders of both passes of a scan share. */
export class ScanText {
  readonly #inputs: ScanInputs;
  readonly #sources: readonly string[];
  readonly layout: ScanLayout;
  readonly kernel: ScanKernel;
  readonly args: ScanArgs;
  /** The first uniform after the offsets. */
  readonly base: number;

  /** Prints for inputs in the buffers `sources`; the first `base` uniforms hold offsets. */
  constructor(
    kernel: ScanKernel,
    args: ScanArgs,
    layout: ScanLayout,
    inputs: ScanInputs,
    sources: readonly string[],
    base: number,
  ) {
    this.kernel = kernel;
    this.args = args;
    this.layout = layout;
    this.#inputs = inputs;
    this.#sources = sources;
    this.base = base;
  }

  /** The term of an element of an input. */
  read(input: number, at: string): string {
    return `${this.#sources[input]}[u(${input}u) + ${at}]`;
  }

  /** The term of a uniform. */
  uniform(name: keyof typeof uniformAt, more = 0): string {
    return `u(${this.base + uniformAt[name] + more}u)`;
  }

  /** Finds the unit of this thread, and loads the parameters that `roots` read. */
  prologue(roots: readonly Expr[]): string[] {
    const { layout: { group, busy, connected, delayed }, kernel, args } = this;
    const used = new Set(inputNames(roots));
    const workgroup = `(group.y * ${this.uniform("row")} + group.x)`;
    const lines = [
      `let steps = ${this.uniform("steps")};`,
      `let size = ${this.uniform("size")};`,
      `let units = ${this.uniform("units")};`,
      ...connected ? [`let unit = lane % ${group}u;`] : [],
      `let first = ${workgroup} * ${busy}u + lane;`,
      // Threads beyond the last whole group go along for the barriers, as a group of their own.
      "let d = first % units;",
      ...connected ? ["var page = 0u;"] : [],
    ];
    if (delayed) lines.push(`let delay = ${this.uniform("params", kernel.params.length)};`);
    kernel.params.forEach((name, i) => {
      if (!used.has(name)) return;
      const param = args.params[i];
      const term = typeof param === "number"
        ? `uf(${this.base + uniformAt.params + i}u)`
        : this.read(this.#inputs.params[i], param.length === 1 ? "0u" : "d");
      lines.push(`let ${this.param(i)} = ${term}; // ${onOneLine(name)}`);
    });
    return lines;
  }

  /** The loop over the elements e of [N, D] that this thread takes, all of its unit. */
  turns(body: readonly string[]): string[] {
    const { threads, busy, connected } = this.layout;
    if (!connected) {
      return braces(`for (var e = first; e < size; e += ${this.uniform("stride")}) {`, body);
    }
    const isBusy = busy < threads ? `lane < ${busy}u && ` : "";
    return braces(`for (var turn = 0u; turn < ${this.uniform("turns")}; turn++) {`, [
      `let own = first + turn * ${this.uniform("stride")};`,
      `let alive = ${isBusy}own < size;`,
      "let e = select(unit, own, alive);",
      ...body,
    ]);
  }

  /**
   * The shader around the body of its main function.
   *
   * @param results The names of the outputs' buffers.
   * @param kept The numbers of workgroup memory besides those of the exchange.
   */
  shader(
    buffers: number,
    results: readonly string[],
    kept: number,
    body: readonly string[],
  ): string {
    const { layout, base, kernel } = this;
    const uniforms = base + uniformAt.params + kernel.params.length + Number(layout.delayed);
    const memory = [["exchanged", layout.connected ? exchangedNumbers(layout) : 0], ["kept", kept]]
      .flatMap(([name, n]) => n === 0 ? [] : [`\nvar<workgroup> ${name}: array<f32, ${n}>;`]);
    return `${declareUniforms(uniforms)}
${declareBuffers(buffers, results)}${memory.join("")}
@compute @workgroup_size(${layout.threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
${indent(body).join("\n")}
}`;
  }

  /** Holds in threads that have a unit at their first turn. */
  get isOwner(): string {
    const { busy, threads } = this.layout;
    return busy < threads ? `lane < ${busy}u && first < size` : "first < size";
  }

  /** Statements that run only in threads that have a unit. */
  whereAlive(statements: readonly string[]): string {
    if (statements.length === 0) return "";
    const text = statements.join(" ");
    return this.layout.connected ? `if (alive) { ${text} }` : text;
  }

  /** The name of a parameter's value. */
  param(i: number): string {
    return `p${i}`;
  }

  /** The sequences that the steps of `roots` read: x, and noise by its index. */
  #sequences(roots: readonly Expr[]): { name: string; input: number }[] {
    const { kernel, layout } = this;
    const used = new Set(inputNames(roots));
    const sequence = (name: string, input: number, isUsed: boolean) =>
      isUsed ? [{ name, input }] : [];
    return [
      ...sequence("x", this.#inputs.x, used.has("x") || layout.connected),
      ...this.#inputs.noise.flatMap((at, i) =>
        sequence(`noise${i}`, at, used.has(kernel.noise[i]))
      ),
    ];
  }

  /** Declares the values of the sequences at step `start`, and the `depth - 1` after it. */
  firstInputs(roots: readonly Expr[], start: string, depth = 1): string[] {
    return this.#sequences(roots).flatMap(({ name, input }) =>
      Array.from({ length: depth }, (_, i) => {
        const step = i === 0 ? start : `min(${start} + ${i}u, steps - 1u)`;
        return `var ${name}Ahead${i} = ${this.read(input, `${step} * size + e`)};`;
      })
    );
  }

  /**
   * Statements that declare step `t`'s values of the sequences, and load those of `depth` steps
   * later unless that is `end`, so that the memory's latency passes meanwhile.
   */
  takeInputs(roots: readonly Expr[], end: string, depth = 1, slot = 0): string[] {
    const sequences = this.#sequences(roots);
    const later = depth === 1 ? "at + size" : `at + ${depth}u * size`;
    const loads = sequences.map(({ name, input }) =>
      `${name}Ahead${slot} = ${this.read(input, later)};`
    );
    return [
      ...sequences.map(({ name }) => {
        const lateral = name === "x" && this.layout.connected ? " + lateral" : "";
        return `let ${name} = ${name}Ahead${slot}${lateral};`;
      }),
      ...loads.length > 0 ? [`if (t + ${depth}u < ${end}) { ${loads.join(" ")} }`] : [],
    ];
  }

  /** The term of an input of the step's expressions. */
  slot(name: string): string {
    const { kernel } = this;
    const state = kernel.states.indexOf(name);
    if (state >= 0) return `s${state}`;
    const param = kernel.params.indexOf(name);
    if (param >= 0) return this.param(param);
    const noise = kernel.noise.indexOf(name);
    return noise >= 0 ? `noise${noise}` : "x";
  }

  /** Declares a state, with its value before the first step. */
  declareState(i: number): string {
    const name = onOneLine(this.kernel.states[i]);
    return `var s${i} = ${this.read(this.#inputs.states[i], "e")}; // ${name}`;
  }

  /** The term of the lateral current before the first step. */
  get initialLateral(): string {
    return this.read(this.#inputs.lateral, "e");
  }

  /**
   * Declares the lateral current that arrives at step t, where outputs take several steps: one of
   * the initial ones, or `sent`, the term of one that was sent since.
   */
  delayedLateral(sent: string): string[] {
    return [
      "var lateral = 0.0;",
      `if (t < delay) { lateral = ${this.read(this.#inputs.lateral, "at")}; }`,
      `else { lateral = ${sent}; }`,
    ];
  }

  /** Statements that write the initial currents which `steps` steps leave, from `to(index)` on. */
  initialsLeft(to: (at: string) => string): string {
    const from = this.read(this.#inputs.lateral, "(steps + i) * size + e");
    return `for (var i = 0u; i + steps < delay; i++) { ${to("i * size + e")} = ${from}; }`;
  }

  /** Declares the bias. */
  loadBias(): string {
    return `let bias = ${this.read(this.#inputs.bias, "d")};`;
  }

  /** Declares the weights to this unit (or from it), unless there are none, or too many. */
  loadWeights(direction: "to" | "from"): string[] {
    return this.#holdsWeights
      ? this.eachInGroup((k) => `let ${direction}${k} = ${this.#weight(direction, `${k}u`)};`)
      : [];
  }

  /** A line per unit of the group. */
  eachInGroup(line: (k: number) => string): string[] {
    return Array.from({ length: this.layout.group }, (_, k) => line(k));
  }

  get #holdsWeights(): boolean {
    return this.layout.connected && this.layout.group <= registerGroup;
  }

  #weight(direction: "to" | "from", k: string): string {
    const p = `${this.layout.group}u`;
    const { weight, transposedWeight } = this.#inputs;
    // Neighbours read neighbours: weights from a unit, or to it with rows and columns swapped.
    return direction === "to" && transposedWeight < 0
      ? this.read(weight, `d * ${p} + ${k}`)
      : this.read(
        direction === "to" ? transposedWeight : weight,
        `(d - unit + ${k}) * ${p} + unit`,
      );
  }

  /**
   * Statements that exchange `value` inside the group, and declare `sum`: `start` plus the weighted
   * sum of the group's values q0, q1, ..., which `uses` may read. Two pages of workgroup memory
   * take turns, so that one barrier is enough.
   */
  exchange(
    direction: "to" | "from",
    value: string,
    start: string,
    uses: readonly string[] = [],
  ): string[] {
    const { layout } = this;
    const p = `${layout.group}u`;
    const weight = this.#weight(direction, "k");
    return [
      `page = ${exchangedNumbers(layout) / 2}u - page;`,
      `exchanged[page + lane] = ${value};`,
      "workgroupBarrier();",
      "let mates = page + lane - unit;",
      `var sum = ${start};`,
      ...this.#holdsWeights
        ? this.eachInGroup((k) =>
          `let q${k} = exchanged[mates + ${k}u]; sum += ${direction}${k} * q${k};`
        )
        : [`for (var k = 0u; k < ${p}; k++) { sum += ${weight} * exchanged[mates + k]; }`],
      ...uses,
    ];
  }
}

/** A name as a comment, without the line breaks that its author may have written. */
function onOneLine(name: string): string {
  return name.replace(/\s+/g, " ");
}

/** Indents lines by one level. */
export function indent(lines: readonly string[]): string[] {
  return lines.filter((line) => line !== "").map((line) => `  ${line}`);
}

/**
 * A loop over steps, such that the inputs of steps that are on their way have variables each.
 *
 * @param depth How many are on their way: 1, or 2, with which a turn of the loop has two steps.
 * @param step The statements of a step, from the number of its variables.
 * @param next The statements that go on to a second step, or leave the loop.
 */
export function stepLoop(
  head: string,
  depth: number,
  step: (slot: number) => readonly string[],
  next: readonly string[],
): string[] {
  if (depth === 1) return braces(head, step(0));
  return braces(head, [...braces("{", step(0)), ...next, ...step(1)]);
}

/** Statements in braces, behind what governs them. */
export function braces(head: string, body: readonly string[]): string[] {
  return [head, ...indent(body), "}"];
}
