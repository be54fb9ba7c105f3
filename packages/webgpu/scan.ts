import type { ScanArgs, ScanKernel, ScanResult } from "@spikeloop/backend";
import type { Expr } from "@spikeloop/expr";
import type { DeviceContext } from "./device.ts";
import { keptByForward, leftValues } from "./kept_by_forward.ts";
import {
  layoutOf,
  registerGroup,
  scanInputs,
  scanUniforms,
  scanVariant,
  stepsAhead,
  transposeWeights,
} from "./scan_layout.ts";
import { ScanText, stepLoop } from "./scan_text.ts";
import { printWgsl } from "./wgsl.ts";

/** Records of a forward pass besides its results. */
interface Records {
  /** The states whose values after each step are wanted. */
  readonly trace: readonly number[];
  /** The values that the pullback takes, if it does not compute them again. */
  readonly kept: readonly Expr[];
}

/** Prints T steps: states stay in registers, the lateral exchange goes through workgroup memory. */
function forwardText(
  text: ScanText,
  { trace, kept }: Records,
  buffers: number,
  results: readonly string[],
): string {
  const { kernel, layout: { connected, delayed, group }, base } = text;
  const states = kernel.states.map((_, i) => i);
  const tracesAt = 1 + states.length + Number(connected);
  const keptAt = tracesAt + trace.length;
  const outputs = keptAt + kept.length;
  const target = (output: number, at: string) =>
    `${results[output]}[u(${base - outputs + output}u) + ${at}]`;
  const roots = [kernel.out, ...kernel.next, ...kept];
  const current = (at: string) => target(1 + states.length, at);
  const printed = printWgsl(roots, (name) => text.slot(name), "e");
  const [out, ...others] = printed.roots;
  const next = others.slice(0, states.length);
  const depth = stepsAhead("forward", group);
  const step = (slot: number) => [
    "let at = t * size + e;",
    ...delayed ? text.delayedLateral(current("slot * size + e")) : [],
    ...text.takeInputs(roots, "steps", depth, slot),
    ...printed.statements,
    `let sent = ${out};`,
    text.whereAlive([
      `${target(0, "at")} = sent;`,
      ...kept.map((_, i) => `${target(keptAt + i, "at")} = ${others[states.length + i]};`),
    ]),
    ...states.map((i) => `let n${i} = ${next[i]};`),
    ...states.map((i) => `s${i} = n${i};`),
    text.whereAlive(trace.map((s, i) => `${target(tracesAt + i, "at")} = s${s};`)),
    ...connected ? text.exchange("to", "sent", "bias") : [],
    ...delayed
      ? [
        text.whereAlive([`${current("slot * size + e")} = sum;`]),
        "slot = (slot + 1u) % delay;",
      ]
      : connected
      ? ["lateral = sum;"]
      : [],
  ];
  return text.shader(buffers, results, 0, [
    ...text.prologue(roots),
    ...connected ? [text.loadBias(), ...text.loadWeights("to")] : [],
    ...text.turns([
      ...states.map((i) => text.declareState(i)),
      // Currents on their way are in a ring of the results, such that they lie in order at the end.
      delayed ? "var slot = (delay - steps % delay) % delay;" : "",
      connected && !delayed ? `var lateral = ${text.initialLateral};` : "",
      ...text.firstInputs(roots, "0u", depth),
      ...stepLoop("for (var t = 0u; t < steps; t++) {", depth, step, [
        "t++;",
        "if (t >= steps) { break; }",
      ]),
      text.whereAlive([
        ...states.map((i) => `${target(1 + i, "e")} = s${i};`),
        delayed ? text.initialsLeft(current) : connected ? `${current("e")} = lateral;` : "",
      ]),
    ]),
  ]);
}

/** Runs T steps of a neuron in one dispatch. */
export function gpuScan(
  context: DeviceContext,
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult {
  const layout = layoutOf(context, args, kernel.name, "forward");
  const transposedWeight = args.group > registerGroup ? transposeWeights(context, args) : undefined;
  const inputs = scanInputs(context, args, transposedWeight);
  // The tape does not say of single steps whether a pullback follows.
  const mayFollow = args.forPullback !== undefined || args.steps === 1;
  const kept = mayFollow && !context.recomputes ? keptByForward(kernel, args) : [];
  const size = args.batch * args.units;
  const states = kernel.states.length;
  const lengths = [args.steps * size];
  for (let i = 0; i < states; i++) lengths.push(size);
  if (layout.connected) lengths.push(args.delay * size);
  for (let i = 0; i < trace.length + kept.length; i++) lengths.push(args.steps * size);
  const base = inputs.storages.length + lengths.length;
  let variant = scanVariant(context.pipelines.of(kernel).at("forward"), args).at(kept.length);
  variant = variant.at(trace.length);
  for (let i = 0; i < trace.length; i++) variant = variant.at(trace[i]);
  const outputs = context.run({
    label: `neuron ${kernel.name}, forward`,
    variant,
    inputs: inputs.storages,
    outputs: lengths,
    workgroups: layout.workgroups,
    uniforms: scanUniforms(args, layout),
    shader: (sources, buffers, results) => {
      const text = new ScanText(kernel, args, layout, inputs, sources, base);
      return forwardText(text, { trace, kept }, buffers, results);
    },
  });
  if (transposedWeight !== undefined) context.release(transposedWeight);
  const tracesAt = 1 + states + Number(layout.connected);
  if (kept.length > 0) leftValues.set(args, outputs.slice(tracesAt + trace.length));
  return {
    out: outputs[0],
    state: outputs.slice(1, 1 + states),
    lateral: layout.connected ? outputs[1 + states] : undefined,
    trace: outputs.slice(tracesAt, tracesAt + trace.length),
  };
}
