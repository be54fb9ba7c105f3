// The shader of a scan's pullback.
import type { ScanPullback } from "@spikeloop/backend";
import type { Expr } from "@spikeloop/expr";
import { ForwardAgain } from "./forward_again.ts";
import {
  type BackwardInputs,
  backwardRoots,
  type BackwardWork,
  holdsWeights,
  type Segments,
} from "./scan_backward_work.ts";
import { stepsAhead } from "./scan_layout.ts";
import { braces, type ScanText, stepLoop } from "./scan_text.ts";
import { printWgsl } from "./wgsl.ts";

/**
 * Prints the shader of a scan's pullback. A segment of the sequence runs forward again, unless the
 * forward pass has left its values, and then back.
 */
export class BackwardText {
  readonly #text: ScanText;
  readonly #inputs: BackwardInputs;
  readonly #work: BackwardWork;
  readonly #segments: Segments;
  /** The names of the outputs' buffers. */
  readonly #names: readonly string[];
  /** The indices of the states. */
  readonly #states: readonly number[];
  /** The parameters whose gradients are wanted: per row, then summed. */
  readonly #params: readonly number[];
  /** Whether it runs forward, and stores the kept values of a segment in workgroup memory. */
  readonly #storesKept: boolean;
  /** Whether weights stay in registers. */
  readonly #isSmall: boolean;
  /** How many steps ahead it loads inputs. */
  readonly #depth: number;
  /** The first output with sums. */
  readonly #sumsAt: number;
  /** The number of outputs. */
  readonly #outputs: number;
  readonly #again: ForwardAgain;

  /** Prints for these inputs; `names` are those of the outputs' buffers. */
  constructor(
    text: ScanText,
    inputs: BackwardInputs,
    work: BackwardWork,
    segments: Segments,
    names: readonly string[],
  ) {
    const { kernel, layout: { delayed, group } } = text;
    this.#text = text;
    this.#inputs = inputs;
    this.#work = work;
    this.#segments = segments;
    this.#names = names;
    this.#states = kernel.states.map((_, i) => i);
    this.#params = [...work.rows, ...work.summed];
    this.#storesKept = inputs.left === undefined && work.kept.length > 0;
    this.#isSmall = holdsWeights(work, group, this.#storesKept);
    this.#depth = stepsAhead("backward", group);
    // The outputs are dL/dx, states, parameters per row, sums; then scratch memory.
    this.#sumsAt = 1 + work.states.length + work.rows.length;
    const sentAt = this.#sumsAt + Number(work.sums !== undefined);
    const checkpointsAt = sentAt + Number(delayed && this.#storesKept);
    this.#outputs = checkpointsAt + Number(segments.checkpoints);
    const scratch = {
      sent: (at: string) => this.#target(sentAt, at),
      checkpoint: (at: string) => this.#target(checkpointsAt, at),
    };
    const how = { isSmall: this.#isSmall, depth: this.#depth };
    this.#again = new ForwardAgain(text, work.kept, segments, scratch, how);
  }

  /** Prints the shader, which reads so many buffers. */
  print(buffers: number): string {
    const { kernel, layout: { connected, delayed, threads } } = this.#text;
    const { kept, sums, pullbacks, weights, states, rows } = this.#work;
    const { segment, checkpoints } = this.#segments;
    const text = this.#text;
    const [storesKept, isSmall] = [this.#storesKept, this.#isSmall];
    const roots = [
      ...storesKept ? this.#again.roots(true) : [],
      ...backwardRoots(pullbacks, this.#params, weights ? [kernel.out] : []),
    ];
    const back = this.#segmentBack();
    const numbers = storesKept ? segment * kept.length * threads : 0;
    return text.shader(buffers, this.#names, numbers, [
      ...text.prologue(roots),
      ...connected && storesKept ? [text.loadBias(), ...isSmall ? text.loadWeights("to") : []] : [],
      ...isSmall ? text.loadWeights("from") : [],
      ...sums?.declare() ?? [],
      ...text.turns([
        ...storesKept ? this.#states.map((i) => text.declareState(i)) : [],
        connected && !delayed && storesKept ? `var lateral = ${text.initialLateral};` : "",
        ...checkpoints ? this.#again.saveCheckpoints() : [],
        ...this.#states.map((i) => `var g${i} = ${this.#load(this.#inputs.gStates[i], "e")};`),
        connected && !delayed ? `var gx = ${this.#load(this.#inputs.gLateral, "e")};` : "",
        ...rows.map((_, i) => `var row${i} = 0.0;`),
        ...checkpoints ? braces("for (var part = parts; part > 0u;) {", back) : back,
        text.whereAlive([
          ...states.map((i) => `${this.#target(1 + i, "e")} = g${i};`),
          ...rows.map((_, i) => `${this.#target(1 + states.length + i, "e")} = row${i};`),
        ]),
      ]),
      ...sums === undefined ? [] : braces(
        `if (${text.isOwner}) {`,
        sums.write((at) => this.#target(this.#sumsAt, at), "="),
      ),
    ]);
  }

  /** The term of an element of an output. */
  #target(output: number, at: string): string {
    return `${this.#names[output]}[u(${this.#text.base - this.#outputs + output}u) + ${at}]`;
  }

  /** The term of an element of an input, 0 where there is none. */
  #load(input: number, at: string): string {
    return input < 0 ? "0.0" : this.#text.read(input, at);
  }

  /** Goes through a segment forward, where that must be, and back. */
  #segmentBack(): string[] {
    const { checkpoints } = this.#segments;
    const step = (slot: number) => this.#stepBack(slot);
    return [
      ...checkpoints ? ["part--;"] : [],
      ...this.#again.bounds(),
      ...checkpoints ? this.#again.checkpoints().map(([value, at]) => `${value} = ${at};`) : [],
      ...this.#lastInputs(),
      ...this.#storesKept ? this.#again.walk(true) : [],
      ...this.#isSmall ? [] : this.#text.loadWeights("from"),
      ...stepLoop("for (var t = end; t > start;) {", this.#depth, step, [
        "if (t <= start) { break; }",
      ]),
    ];
  }

  /** The sequences that steps back read: the cotangent of the output, and values that were left. */
  #sequences(): { readonly name: string; readonly input: number }[] {
    const { gOut, left = [] } = this.#inputs;
    return [
      ...gOut < 0 ? [] : [{ name: "gAhead", input: gOut }],
      ...left.map((input, i) => ({ name: `left${i}`, input })),
    ];
  }

  /** Declares the values of the sequences at the last steps of a segment. */
  #lastInputs(): string[] {
    return this.#sequences().flatMap(({ name, input }) =>
      Array.from({ length: this.#depth }, (_, i) => {
        const step = i === 0 ? "end - 1u" : `max(end, start + ${i + 1}u) - ${i + 1}u`;
        return `var ${name}${i} = ${this.#load(input, `(${step}) * size + e`)};`;
      })
    );
  }

  /** Statements that load the values of the sequences for a later turn of the loop. */
  #loadAhead(slot: number): string[] {
    const depth = this.#depth;
    const loads = this.#sequences().map(({ name, input }) =>
      `${name}${slot} = ${this.#load(input, `at - ${depth}u * size`)};`
    );
    return loads.length === 0 ? [] : [`if (t >= start + ${depth}u) { ${loads.join(" ")} }`];
  }

  /** A step back. */
  #stepBack(slot: number): string[] {
    const { layout: { connected, delayed } } = this.#text;
    const { kept, rows, summed } = this.#work;
    const recomputes = this.#inputs.left === undefined;
    return [
      "t--;",
      "let at = t * size + e;",
      ...kept.map((_, i) =>
        `let h${i} = ${recomputes ? this.#again.keptAt(i) : `left${i}${slot}`};`
      ),
      `let gNow = ${this.#inputs.gOut < 0 ? "0.0" : `gAhead${slot}`};`,
      ...this.#loadAhead(slot),
      ...this.#exchangeBack(),
      `let gOut = gNow${connected ? " + sum" : ""};`,
      ...this.#results().map((result) => `var ${result} = 0.0;`),
      ...this.#pullStep(),
      `${connected && !delayed ? "" : "let "}gx = gxNow;`,
      ...rows.map((_, i) => `row${i} += q${i}Now;`),
      ...this.#states.map((i) => `g${i} = m${i};`),
      this.#text.whereAlive([
        `${this.#target(0, "at")} = gx;`,
        ...summed.map((_, i) => `sum${i} += q${rows.length + i}Now;`),
      ]),
    ];
  }

  /**
   * Statements that exchange the cotangents of the currents that this step has sent, inside the
   * group, and add the products with its outputs to the sums of weights.
   */
  #exchangeBack(): string[] {
    const text = this.#text;
    const { kernel, layout: { connected, delayed } } = text;
    const { weights, sums } = this.#work;
    const gSent = delayed ? "gSent" : "gx";
    const sent = this.#printBack(weights ? [kernel.out] : [], "o");
    // Threads without a unit add 0 to the sums.
    const orZero = (term: string) => `select(0.0, ${term}, alive)`;
    const output = kernel.binary ? sent.roots[0] : orZero(sent.roots[0]);
    const uses = weights ? sums?.add("sent", "gOwn") : [];
    return [
      ...delayed
        ? [
          "var gSent = 0.0;",
          `if (t + delay < steps) { gSent = ${this.#target(0, "at + delay * size")}; }`,
          `else { gSent = ${this.#load(this.#inputs.gLateral, "at + (delay - steps) * size")}; }`,
        ]
        : [],
      ...sent.statements,
      ...weights ? [`let sent = ${output};`] : [],
      ...connected
        ? [
          `let gOwn = ${weights ? orZero(gSent) : gSent};`,
          ...text.exchange("from", "gOwn", "0.0", uses),
        ]
        : [],
    ];
  }

  /** Prints expressions of a step back, which read kept values and cotangents. */
  #printBack(roots: readonly Expr[], prefix: string) {
    const { kernel } = this.#text;
    const known = new Map(this.#work.kept.map((e, i) => [e, `h${i}`]));
    const cotangent = (name: string) =>
      name === "g.out" ? "gOut" : `g${kernel.states.indexOf(name.slice(2))}`;
    const termOf = (name: string) =>
      name.startsWith("g.") ? cotangent(name) : this.#text.slot(name);
    return printWgsl(roots, termOf, prefix, known);
  }

  /** The variables of a step's gradients: of x, the states and the parameters. */
  #results(): string[] {
    return [
      "gxNow",
      ...this.#states.map((i) => `m${i}`),
      ...this.#params.map((_, i) => `q${i}Now`),
    ];
  }

  /** The pullback of a step; the last one of the sequence may have another. */
  #pullStep(): string[] {
    const [others, last] = this.#work.pullbacks;
    return others === last ? this.#pull(others) : [
      ...braces("if (t == steps - 1u) {", this.#pull(last)).slice(0, -1),
      ...braces("} else {", this.#pull(others)),
    ];
  }

  #pull(pullback: ScanPullback): string[] {
    const wanted = [pullback.x, ...pullback.states, ...this.#params.map((i) => pullback.params[i])];
    const roots = wanted.filter((root) => root !== undefined);
    const { statements, roots: terms } = this.#printBack(roots, "r");
    const results = this.#results();
    return [
      ...statements,
      ...wanted.flatMap((root, i) =>
        root === undefined ? [] : [`${results[i]} = ${terms[roots.indexOf(root)]};`]
      ),
    ];
  }
}
