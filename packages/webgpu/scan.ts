import type { ScanArgs, ScanKernel, ScanResult } from "@spikeloop/backend";
import type { DeviceContext } from "./device.ts";
import { layoutOf, scanInputs, scanKey, scanUniforms } from "./scan_layout.ts";
import { indent, ScanText } from "./scan_text.ts";
import { printWgsl } from "./wgsl.ts";

/** Prints T steps: states stay in registers, the lateral exchange goes through workgroup memory. */
function shader(
  text: ScanText,
  trace: readonly number[],
  buffers: number,
  results: readonly string[],
): string {
  const { kernel, layout: { connected, delayed }, base } = text;
  const states = kernel.states.map((_, i) => i);
  const outputs = 1 + states.length + (connected ? 1 : 0) + trace.length;
  const target = (output: number, at: string) =>
    `${results[output]}[u(${base - outputs + output}u) + ${at}]`;
  const roots = [kernel.out, ...kernel.next];
  const current = (at: string) => target(1 + states.length, at);
  const step = printWgsl(roots, (name) => text.slot(name, (i) => `s${i}`, "at"), "e");
  const lines = [
    ...text.prologue(roots),
    ...states.map((i) => text.declareState(i)),
    ...connected ? text.loadWeights("to", 1) : [],
    // Currents on their way are in a ring of the results, such that they lie in order at the end.
    delayed ? "var slot = (delay - steps % delay) % delay;" : "",
    connected && !delayed ? `var lateral = ${text.initialLateral};` : "",
    `var ahead = ${text.x("e")};`,
    "for (var t = 0u; t < steps; t++) {",
    ...indent([
      "let at = t * size + e;",
      ...delayed ? text.delayedLateral(current("slot * size + e")) : [],
      ...text.takeX("steps"),
      ...step.statements,
      `let sent = ${step.roots[0]};`,
      ...states.map((i) => `let n${i} = ${step.roots[1 + i]};`),
      ...states.map((i) => `s${i} = n${i};`),
      text.whereAlive([
        `${target(0, "at")} = sent;`,
        ...trace.map((s, i) => `${target(outputs - trace.length + i, "at")} = s${s};`),
      ]),
      ...connected ? text.exchange("to", 1, "sent", "bias") : [],
      ...delayed
        ? [
          text.whereAlive([`${current("slot * size + e")} = sum;`]),
          "slot = (slot + 1u) % delay;",
        ]
        : connected
        ? ["lateral = sum;"]
        : [],
    ]),
    "}",
    text.whereAlive([
      ...states.map((i) => `${target(1 + i, "e")} = s${i};`),
      delayed ? text.initialsLeft(current) : connected ? `${current("e")} = lateral;` : "",
    ]),
  ];
  return text.shader(buffers, results, indent(lines).join("\n").trim());
}

/** Runs T steps of a neuron in one dispatch. */
export function gpuScan(
  context: DeviceContext,
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult {
  const layout = layoutOf(context, kernel, args);
  const inputs = scanInputs(context, args);
  const size = args.batch * args.units;
  const lengths = [
    args.steps * size,
    ...kernel.states.map(() => size),
    ...(layout.connected ? [args.delay * size] : []),
    ...trace.map(() => args.steps * size),
  ];
  const base = inputs.storages.length + lengths.length;
  const outputs = context.run({
    label: `neuron ${kernel.name}, forward`,
    variant: context.pipelines.of(kernel).at("forward").at(`${scanKey(args)}/${trace}`),
    inputs: inputs.storages,
    outputs: lengths,
    workgroups: layout.workgroups,
    uniforms: scanUniforms(args, layout),
    shader: (places, buffers, results) =>
      shader(new ScanText(kernel, args, layout, inputs, places, base), trace, buffers, results),
  });
  const states = kernel.states.length;
  return {
    out: outputs[0],
    state: outputs.slice(1, 1 + states),
    lateral: layout.connected ? outputs[1 + states] : undefined,
    trace: outputs.slice(1 + states + (layout.connected ? 1 : 0)),
  };
}
