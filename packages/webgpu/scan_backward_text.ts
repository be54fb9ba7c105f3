// The shader of a scan's pullback.
import type { ScanPullback } from "@spikeloop/backend";
import type { Expr } from "@spikeloop/expr";
import type { PartialSums } from "./partial_sums.ts";
import { exchangedNumbers, stepsAhead } from "./scan_layout.ts";
import { braces, type ScanText, stepLoop } from "./scan_text.ts";
import { printWgsl } from "./wgsl.ts";

/** The indices of the optional inputs of the backward pass; -1 where there is none. */
export interface BackwardInputs {
  readonly gOut: number;
  readonly gStates: readonly number[];
  readonly gLateral: number;
  /** The kept values that the forward pass left; undefined if they are computed again. */
  readonly left: readonly number[] | undefined;
}

/** The work of a backward pass. */
export interface BackwardWork {
  /** The pullbacks of all steps but the last, and of the last. */
  readonly pullbacks: readonly [ScanPullback, ScanPullback];
  /** The values of each step that it keeps. */
  readonly kept: readonly Expr[];
  /** The states whose gradients are wanted: all or none. */
  readonly states: readonly number[];
  /** The parameters whose gradients are wanted per row of the batch, and summed. */
  readonly rows: readonly number[];
  readonly summed: readonly number[];
  /** Whether the gradients of weight and bias are summed. */
  readonly weights: boolean;
  readonly sums: PartialSums | undefined;
}

/** How a sequence is cut. */
export interface Segments {
  /** The steps whose kept values fit the workgroup memory. */
  readonly segment: number;
  /** Whether there are several segments, with checkpoints between them. */
  readonly checkpoints: boolean;
}

/** The roots of both pullbacks, and where weights are summed, the output. */
export function backwardRoots(
  pullbacks: readonly ScanPullback[],
  params: readonly number[],
  out: readonly Expr[],
): Expr[] {
  const wanted = pullbacks.flatMap((p) => [p.x, ...p.states, ...params.map((i) => p.params[i])]);
  return [...wanted.filter((root) => root !== undefined), ...out];
}

/**
 * The most weights, and gradients of weights, that a thread holds in registers all the time. With
 * more it loads the weights of one direction before it goes that way.
 */
const registerWeights = 32;

/** Whether the weights of both directions, and their gradients, stay in registers. */
export function holdsWeights(
  { weights }: Pick<BackwardWork, "weights">,
  group: number,
  walksForward: boolean,
): boolean {
  return group * (1 + Number(walksForward) + Number(weights)) <= registerWeights;
}

/** The bytes of workgroup memory that every device has. */
const workgroupBytes = 16384;

/** The lengths of segments of short sequences, so that these share a shader, and memory is left. */
const shortSegments = [8, 16];

/** The steps whose kept values fit the workgroup memory. */
export function segmentOf(
  { threads, group, connected }: ScanText["layout"],
  steps: number,
  kept: number,
  most: number,
): number {
  if (kept === 0) return steps;
  // A workgroup of many threads needs more than every device has; so have devices that allow them.
  const bytes = threads > 256 ? Math.max(most, workgroupBytes) : workgroupBytes;
  const free = bytes / 4 - (connected ? exchangedNumbers({ threads, group }) : 0);
  const longest = Math.max(1, Math.floor(free / threads / kept));
  return shortSegments.find((n) => steps <= n && n <= longest) ?? longest;
}

/** Prints the shader. */
export function backwardText(
  text: ScanText,
  inputs: BackwardInputs,
  work: BackwardWork,
  { segment, checkpoints }: Segments,
  buffers: number,
  names: readonly string[],
): string {
  const { kernel, layout: { connected, delayed, threads, group }, base } = text;
  const { kept, sums } = work;
  const states = kernel.states.map((_, i) => i);
  const params = [...work.rows, ...work.summed];
  const recomputes = inputs.left === undefined;
  // Outputs: dL/dx, states, parameters per row, sums; then scratch memory.
  const sumsAt = 1 + work.states.length + work.rows.length;
  const sentAt = sumsAt + Number(sums !== undefined);
  const storesKept = recomputes && kept.length > 0;
  const checkpointsAt = sentAt + Number(delayed && storesKept);
  const outputs = checkpointsAt + Number(checkpoints);
  const target = (output: number, at: string) =>
    `${names[output]}[u(${base - outputs + output}u) + ${at}]`;
  const load = (input: number, at: string) => input < 0 ? "0.0" : text.read(input, at);
  /** The variables from step to step: the states, and the lateral current. */
  const carried = [...states.map((i) => `s${i}`), ...connected && !delayed ? ["lateral"] : []];
  const checkpoint = (i: number) =>
    target(checkpointsAt, `(part * ${carried.length}u + ${i}u) * size + e`);
  const keptAt = (i: number) =>
    `kept[(t - start) * ${kept.length * threads}u + ${i * threads}u + lane]`;
  const isSmall = holdsWeights(work, group, storesKept);
  const depth = stepsAhead("backward", group);
  const weights = (direction: "to" | "from") => connected ? text.loadWeights(direction) : [];

  // Forward.
  const next = [...kernel.next, ...connected ? [kernel.out] : []];
  /** One step forward, as in the forward pass. */
  const again = (keeps: boolean) => (slot: number) => {
    const roots = [...next, ...keeps ? kept : []];
    const { statements, roots: terms } = printWgsl(roots, (name) => text.slot(name), "f");
    const sent = (at: string) => target(sentAt, at);
    const exchange = connected ? text.exchange("to", terms[states.length], "bias") : [];
    return [
      "let at = t * size + e;",
      ...delayed ? text.delayedLateral(sent("at - delay * size")) : [],
      ...text.takeInputs(roots, "end", depth, slot),
      ...statements,
      ...keeps ? kept.map((_, i) => `${keptAt(i)} = ${terms[next.length + i]};`) : [],
      ...states.map((i) => `let n${i} = ${terms[i]};`),
      ...states.map((i) => `s${i} = n${i};`),
      // The first pass over all steps has sent what arrives later.
      ...delayed && keeps && checkpoints ? [] : exchange,
      ...connected
        ? [
          delayed
            ? keeps && checkpoints ? "" : text.whereAlive([`${sent("at")} = sum;`])
            : "lateral = sum;",
        ]
        : [],
    ];
  };
  const walk = (keeps: boolean) =>
    braces("{", [
      ...isSmall ? [] : weights("to"),
      ...text.firstInputs([...next, ...keeps ? kept : []], "start", depth),
      ...stepLoop("for (var t = start; t < end; t++) {", depth, again(keeps), [
        "t++;",
        "if (t >= end) { break; }",
      ]),
    ]);

  // Backward.
  const known = new Map(kept.map((e, i) => [e, `h${i}`]));
  const cotangent = (name: string) =>
    name === "g.out" ? "gOut" : `g${kernel.states.indexOf(name.slice(2))}`;
  const termOf = (name: string) => name.startsWith("g.") ? cotangent(name) : text.slot(name);
  const results = ["gxNow", ...states.map((i) => `m${i}`), ...params.map((_, i) => `q${i}Now`)];
  const pull = (pullback: ScanPullback) => {
    const wanted = [pullback.x, ...pullback.states, ...params.map((i) => pullback.params[i])];
    const roots = wanted.filter((root) => root !== undefined);
    const back = printWgsl(roots, termOf, "r", known);
    return [
      ...back.statements,
      ...wanted.flatMap((r, i) =>
        r === undefined ? [] : [`${results[i]} = ${back.roots[roots.indexOf(r)]};`]
      ),
    ];
  };
  const [others, last] = work.pullbacks;
  /** The cotangent of the current that this step sent. */
  const gSent = delayed ? "gSent" : "gx";
  const gDelayed = [
    "var gSent = 0.0;",
    `if (t + delay < steps) { gSent = ${target(0, "at + delay * size")}; }`,
    `else { gSent = ${load(inputs.gLateral, "at + (delay - steps) * size")}; }`,
  ];
  const sent = printWgsl(work.weights ? [kernel.out] : [], termOf, "o", known);
  // Threads without a unit add 0 to the sums.
  const value = work.weights ? `select(0.0, ${gSent}, alive)` : gSent;
  const output = kernel.binary ? sent.roots[0] : `select(0.0, ${sent.roots[0]}, alive)`;
  const uses = work.weights ? sums?.add("sent", "gOwn") : [];
  /** The sequences that it reads: the cotangent of the output, and values that were left. */
  const sequences = [
    ...inputs.gOut < 0 ? [] : [{ name: "gAhead", input: inputs.gOut }],
    ...(inputs.left ?? []).map((input, i) => ({ name: `left${i}`, input })),
  ];
  const lastInputs = sequences.flatMap(({ name, input }) =>
    Array.from({ length: depth }, (_, i) => {
      const step = i === 0 ? "end - 1u" : `max(end, start + ${i + 1}u) - ${i + 1}u`;
      return `var ${name}${i} = ${load(input, `(${step}) * size + e`)};`;
    })
  );
  const stepBack = (slot: number) => [
    "t--;",
    "let at = t * size + e;",
    ...kept.map((_, i) => `let h${i} = ${recomputes ? keptAt(i) : `left${i}${slot}`};`),
    `let gNow = ${inputs.gOut < 0 ? "0.0" : `gAhead${slot}`};`,
    ...sequences.length === 0 ? [] : [
      `if (t >= start + ${depth}u) { ${
        sequences.map(({ name, input }) =>
          `${name}${slot} = ${load(input, `at - ${depth}u * size`)};`
        ).join(" ")
      } }`,
    ],
    ...delayed ? gDelayed : [],
    ...sent.statements,
    ...work.weights ? [`let sent = ${output};`] : [],
    ...connected ? [`let gOwn = ${value};`, ...text.exchange("from", "gOwn", "0.0", uses)] : [],
    `let gOut = gNow${connected ? " + sum" : ""};`,
    ...results.map((result) => `var ${result} = 0.0;`),
    ...others === last ? pull(others) : [
      ...braces("if (t == steps - 1u) {", pull(last)).slice(0, -1),
      ...braces("} else {", pull(others)),
    ],
    `${connected && !delayed ? "" : "let "}gx = gxNow;`,
    ...work.rows.map((_, i) => `row${i} += q${i}Now;`),
    ...states.map((i) => `g${i} = m${i};`),
    text.whereAlive([
      `${target(0, "at")} = gx;`,
      ...work.summed.map((_, i) => `sum${i} += q${work.rows.length + i}Now;`),
    ]),
  ];
  const bounds = checkpoints
    ? [`let start = part * ${segment}u;`, `let end = min(start + ${segment}u, steps);`]
    : ["let start = 0u;", "let end = steps;"];
  const segmentBack = [
    ...checkpoints ? ["part--;"] : [],
    ...bounds,
    ...checkpoints ? carried.map((value, i) => `${value} = ${checkpoint(i)};`) : [],
    ...lastInputs,
    ...storesKept ? walk(true) : [],
    ...isSmall ? [] : weights("from"),
    ...stepLoop("for (var t = end; t > start;) {", depth, stepBack, [
      "if (t <= start) { break; }",
    ]),
  ];
  const forwardRoots = storesKept ? [...next, ...kept] : [];
  const allRoots = backwardRoots(work.pullbacks, params, work.weights ? [kernel.out] : []);
  return text.shader(buffers, names, storesKept ? segment * kept.length * threads : 0, [
    ...text.prologue([...forwardRoots, ...allRoots]),
    ...connected && storesKept ? [text.loadBias(), ...isSmall ? weights("to") : []] : [],
    ...isSmall ? weights("from") : [],
    ...sums?.declare() ?? [],
    ...text.turns([
      ...storesKept ? states.map((i) => text.declareState(i)) : [],
      connected && !delayed && storesKept ? `var lateral = ${text.initialLateral};` : "",
      ...checkpoints
        ? [
          `let parts = (steps + ${segment - 1}u) / ${segment}u;`,
          ...braces("for (var part = 0u; part < parts; part++) {", [
            ...bounds,
            text.whereAlive(carried.map((value, i) => `${checkpoint(i)} = ${value};`)),
            ...walk(false),
          ]),
        ]
        : [],
      ...states.map((i) => `var g${i} = ${load(inputs.gStates[i], "e")};`),
      connected && !delayed ? `var gx = ${load(inputs.gLateral, "e")};` : "",
      ...work.rows.map((_, i) => `var row${i} = 0.0;`),
      ...checkpoints ? braces("for (var part = parts; part > 0u;) {", segmentBack) : segmentBack,
      text.whereAlive([
        ...work.states.map((i) => `${target(1 + i, "e")} = g${i};`),
        ...work.rows.map((_, i) => `${target(1 + work.states.length + i, "e")} = row${i};`),
      ]),
    ]),
    ...sums === undefined ? [] : braces(
      `if (${text.isOwner}) {`,
      sums.write((at) => target(sumsAt, at), "="),
    ),
  ]);
}
