// The parts of a shader that both passes of a scan share.
import type { ScanArgs, ScanKernel } from "@spikeloop/backend";
import { type Expr, inputNames } from "@spikeloop/expr";
import type { ScanInputs, ScanLayout } from "./scan_layout.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** The most weights of a thread that stay in registers. */
const registerWeights = 64;

/** Prints the parts that the shaders of both passes of a scan share. */
export class ScanText {
  readonly #inputs: ScanInputs;
  readonly #places: readonly string[];
  readonly layout: ScanLayout;
  readonly kernel: ScanKernel;
  readonly args: ScanArgs;
  /** The first uniform after the offsets. */
  readonly base: number;

  /** Prints for inputs in the buffers `places`; the first `base` uniforms hold offsets. */
  constructor(
    kernel: ScanKernel,
    args: ScanArgs,
    layout: ScanLayout,
    inputs: ScanInputs,
    places: readonly string[],
    base: number,
  ) {
    this.kernel = kernel;
    this.args = args;
    this.layout = layout;
    this.#inputs = inputs;
    this.#places = places;
    this.base = base;
  }

  /** The term of an element of an input. */
  read(input: number, at: string): string {
    return `${this.#places[input]}[u(${input}u) + ${at}]`;
  }

  /** Finds the unit of this thread, and loads the parameters that `roots` read. */
  prologue(roots: readonly Expr[]): string[] {
    const { layout, kernel, args, base } = this;
    const used = new Set(inputNames(roots));
    const { group: p, groupsPerWorkgroup, connected, delayed } = layout;
    const lines = [`let steps = u(${base}u);`, `let size = u(${base + 1}u);`];
    const workgroup = `(group.y * u(${base + 3}u) + group.x)`;
    if (connected) {
      lines.push(
        `let unit = lane % ${p}u;`,
        `let own = (${workgroup} * ${groupsPerWorkgroup}u + lane / ${p}u) * ${p}u + unit;`,
        // Threads without a unit go along for the barriers, but write nothing.
        `let alive = lane < ${groupsPerWorkgroup * p}u && own < size;`,
        "let e = select(unit, own, alive);",
        "var page = 0u;",
      );
    } else {
      lines.push(
        `let e = ${workgroup} * ${groupsPerWorkgroup}u + lane;`,
        "if (e >= size) { return; }",
      );
    }
    lines.push(`let d = e % u(${base + 2}u);`);
    if (delayed) lines.push(`let delay = u(${base + 4 + kernel.params.length}u);`);
    kernel.params.forEach((name, i) => {
      if (!used.has(name)) return;
      const param = args.params[i];
      const text = typeof param === "number"
        ? `uf(${base + 4 + i}u)`
        : this.read(this.#inputs.params[i], param.length === 1 ? "0u" : "d");
      lines.push(`let ${this.param(i)} = ${text}; // ${onOneLine(name)}`);
    });
    return lines;
  }

  /** The shader around the body of its main function. */
  shader(buffers: number, results: readonly string[], body: string): string {
    const { layout: { threads, group, connected, delayed }, base, kernel } = this;
    const exchange = connected
      ? `\nvar<workgroup> exchanged: array<f32, ${2 * threads + group}>;`
      : "";
    return `${declareUniforms(base + 4 + kernel.params.length + Number(delayed))}
${declareBuffers(buffers, results)}${exchange}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  ${body}
}`;
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

  /** The term of an element of x, without the lateral current. */
  x(at: string): string {
    return this.read(this.#inputs.x, at);
  }

  /**
   * Statements that declare the step's `x`, and load the next step's before `end`, so that the
   * memory's latency passes during this step.
   */
  takeX(end: string): string[] {
    return [
      `let x = ahead${this.layout.connected ? " + lateral" : ""};`,
      `if (t + 1u < ${end}) { ahead = ${this.x("at + size")}; }`,
    ];
  }

  /** The term of an input of the step's expressions, at element `at` of sequences. */
  slot(name: string, state: (i: number) => string, at: string): string {
    const { kernel } = this;
    const index = kernel.states.indexOf(name);
    if (index >= 0) return state(index);
    const param = kernel.params.indexOf(name);
    if (param >= 0) return this.param(param);
    const noise = kernel.noise.indexOf(name);
    if (noise >= 0) return this.read(this.#inputs.noise[noise], at);
    return "x";
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

  /**
   * Loads the bias, and the weights to this unit (or from it) if `sets` such sets of weights fit
   * into registers.
   */
  loadWeights(direction: "to" | "from", sets: number): string[] {
    const lines = direction === "to" ? [`let bias = ${this.read(this.#inputs.bias, "d")};`] : [];
    if (!this.#fitRegisters(sets)) return lines;
    for (let k = 0; k < this.layout.group; k++) {
      lines.push(`let ${direction}${k} = ${this.#weight(direction, `${k}u`)};`);
    }
    return lines;
  }

  #fitRegisters(sets: number): boolean {
    return sets * this.layout.group <= registerWeights;
  }

  #weight(direction: "to" | "from", k: string): string {
    const p = `${this.layout.group}u`;
    const at = direction === "to" ? `d * ${p} + ${k}` : `(d - unit + ${k}) * ${p} + unit`;
    return this.read(this.#inputs.weight, at);
  }

  /**
   * Statements that exchange `value` inside the group, and declare `sum`: `start` plus the weighted
   * sum of the group's values. Two pages of workgroup memory take turns, so that one barrier is
   * enough.
   */
  exchange(direction: "to" | "from", sets: number, value: string, start: string): string[] {
    const { group: p, threads } = this.layout;
    const terms = this.#fitRegisters(sets)
      ? Array.from({ length: p }, (_, k) => `sum += ${direction}${k} * exchanged[first + ${k}u];`)
      : [
        `for (var k = 0u; k < ${p}u; k++) { sum += ${
          this.#weight(direction, "k")
        } * exchanged[first + k]; }`,
      ];
    return [
      `page = ${threads}u - page;`,
      `exchanged[page + lane] = ${value};`,
      "workgroupBarrier();",
      "let first = page + lane - unit;",
      `var sum = ${start};`,
      ...terms,
    ];
  }
}

/** A name as a comment, without the line breaks that its author may have written. */
function onOneLine(name: string): string {
  return name.replace(/\s+/g, " ");
}

/** Indents the lines of a block. */
export function indent(lines: readonly string[]): string[] {
  return lines.filter((line) => line !== "").map((line) => `  ${line}`);
}
