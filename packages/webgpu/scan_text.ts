// The parts of a shader that both passes of a scan share.
import { type Expr, inputNames } from "@spikeloop/expr";
import type { ScanArgs, ScanKernel } from "@spikeloop/backend";
import type { Layout, ScanInputs } from "./population.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/** Weights stay in registers while a thread has no more of them than this. */
const registerWeights = 64;

/** What the shaders of both passes of a scan have in common. */
export class ScanText {
  readonly #inputs: ScanInputs;
  readonly #places: readonly string[];
  readonly layout: Layout;
  readonly kernel: ScanKernel;
  readonly args: ScanArgs;
  /** Where the uniforms after the offsets start. */
  readonly base: number;

  /** Text for inputs that lie at `places`; `base` uniforms hold offsets. */
  constructor(
    kernel: ScanKernel,
    args: ScanArgs,
    layout: Layout,
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

  /** An element of an input. */
  read(input: number, at: string): string {
    return `${this.#places[input]}[u(${input}u) + ${at}]`;
  }

  /** Says which unit this thread is, and loads the parameters that are used. */
  prologue(roots: readonly Expr[]): string[] {
    const { layout, kernel, args, base } = this;
    const used = new Set(inputNames(roots));
    const { population: p, perGroup, connected } = layout;
    const lines = [`let steps = u(${base}u);`, `let size = u(${base + 1}u);`];
    const group = `(group.y * u(${base + 3}u) + group.x)`;
    if (connected) {
      lines.push(
        `let unit = lane % ${p}u;`,
        `let own = (${group} * ${perGroup}u + lane / ${p}u) * ${p}u + unit;`,
        // Threads beyond the last population, or left over in the workgroup, only keep the others company.
        `let alive = lane < ${perGroup * p}u && own < size;`,
        "let e = select(unit, own, alive);",
        "var page = 0u;",
      );
    } else {
      lines.push(
        `let e = ${group} * ${perGroup}u + lane;`,
        "if (e >= size) { return; }",
      );
    }
    lines.push(`let d = e % u(${base + 2}u);`);
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
  shader(buffers: number, body: string): string {
    const { layout: { threads, population, connected }, base, kernel } = this;
    const exchange = connected
      ? `\nvar<workgroup> exchanged: array<f32, ${2 * threads + population}>;`
      : "";
    return `${declareUniforms(base + 4 + kernel.params.length)}
${declareBuffers(buffers)}${exchange}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  ${body}
}`;
  }

  /** What only runs for a thread that has a unit. */
  whereAlive(statements: readonly string[]): string {
    if (statements.length === 0) return "";
    const text = statements.join(" ");
    return this.layout.connected ? `if (alive) { ${text} }` : text;
  }

  /** The name of a parameter's value. */
  param(i: number): string {
    return `p${i}`;
  }

  /** An element of x at `at`, without the lateral current. */
  x(at: string): string {
    return this.read(this.#inputs.x, at);
  }

  /**
   * Statements that give the step its `x` and load that of the next one before `end`, so that the memory's latency
   * passes while this step is computed.
   */
  takeX(end: string): string[] {
    return [
      `let x = ahead${this.layout.connected ? " + lateral" : ""};`,
      `if (t + 1u < ${end}) { ahead = ${this.x("at + size")}; }`,
    ];
  }

  /** The term of an input slot of the step's expressions; `state` names the states, `at` the element of sequences. */
  slot(name: string, state: (i: number) => string, at: string): string {
    const { kernel } = this;
    const own = kernel.states.indexOf(name);
    if (own >= 0) return state(own);
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

  /** The lateral current before the first step. */
  get initialLateral(): string {
    return this.read(this.#inputs.lateral, "e");
  }

  /** Loads the bias, and the weights to this unit (or from it) where they fit; `sets` of weights are kept in all. */
  loadWeights(direction: "to" | "from", sets: number): string[] {
    const lines = direction === "to" ? [`let bias = ${this.read(this.#inputs.bias, "d")};`] : [];
    if (!this.#keepsWeights(sets)) return lines;
    for (let k = 0; k < this.layout.population; k++) {
      lines.push(`let ${direction}${k} = ${this.#weight(direction, `${k}u`)};`);
    }
    return lines;
  }

  #keepsWeights(sets: number): boolean {
    return sets * this.layout.population <= registerWeights;
  }

  #weight(direction: "to" | "from", k: string): string {
    const p = `${this.layout.population}u`;
    const at = direction === "to" ? `d * ${p} + ${k}` : `(d - unit + ${k}) * ${p} + unit`;
    return this.read(this.#inputs.weight, at);
  }

  /**
   * Statements that hand `value` to the population and add what it hands out, weighted, to `start` in a variable `sum`.
   * Two pages of workgroup memory take turns, so that one barrier is enough.
   */
  exchange(direction: "to" | "from", sets: number, value: string, start: string): string[] {
    const { population: p, threads } = this.layout;
    const terms = this.#keepsWeights(sets)
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

/** A name for a comment, whatever its author has put into it. */
function onOneLine(name: string): string {
  return name.replace(/\s+/g, " ");
}

/** Lines of a block, one step further in. */
export function indent(lines: readonly string[]): string[] {
  return lines.filter((line) => line !== "").map((line) => `  ${line}`);
}
