import type { ScanArgs, ScanKernel, ScanResult } from "@spikeloop/tensor";
import type { DeviceContext } from "./device.ts";
import { kernelNumber } from "./map.ts";
import { layoutOf, scanInputs, scanKey, ScanText, scanUniforms } from "./population.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";

/** The shader of T steps: state in registers, the lateral exchange through workgroup memory. */
function shader(text: ScanText, trace: readonly number[], buffers: number): string {
  const { kernel, layout, base } = text;
  const { population: p, threads, connected } = layout;
  const states = kernel.states.length;
  const outputAt = base - (1 + states + (connected ? 1 : 0) + trace.length);
  const target = (output: number, at: string) => `result[u(${outputAt + output}u) + ${at}]`;
  const roots = [kernel.out, ...kernel.next];
  const step = printWgsl(roots, (name) => text.slot(name, (i) => `s${i}`, "at"), "e");
  const indent = (lines: readonly string[]) => lines.join("\n    ");
  const stores = [
    `${target(0, "at")} = sent;`,
    ...trace.map((s, i) => `${target(1 + states + (connected ? 1 : 0) + i, "at")} = s${s};`),
  ];
  const exchange = [
    "exchanged[lane] = sent;",
    "workgroupBarrier();",
    "var sum = bias;",
    text.weightedSum("to", (k) => `exchanged[lane - unit + ${k}]`),
    "lateral = sum;",
    "workgroupBarrier();",
  ];
  return `${declareUniforms(base + 4 + kernel.params.length)}
${declareBuffers(buffers)}
var<workgroup> exchanged: array<f32, ${threads + p}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  ${text.prologue(roots).join("\n  ")}
  ${kernel.states.map((_, i) => `var s${i} = ${text.initialState(i)};`).join("\n  ")}
  ${
    connected
      ? [...text.loadWeights("to"), `var lateral = ${text.initialLateral};`].join("\n  ")
      : ""
  }
  for (var t = 0u; t < ${text.steps}; t++) {
    let at = t * ${text.size} + e;
    let x = ${text.x("at")}${connected ? " + lateral" : ""};
    ${indent(step.statements)}
    let sent = ${step.roots[0]};
    ${indent(kernel.states.map((_, i) => `let n${i} = ${step.roots[1 + i]};`))}
    ${indent(kernel.states.map((_, i) => `s${i} = n${i};`))}
    if (alive) {
      ${stores.join("\n      ")}
    }
    ${connected ? indent(exchange) : ""}
  }
  if (alive) {
    ${indent(kernel.states.map((_, i) => `${target(1 + i, "e")} = s${i};`))}
    ${connected ? `${target(1 + states, "e")} = lateral;` : ""}
  }
}`;
}

/** T steps of a neuron in one dispatch. */
export function scan(
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
    ...(layout.connected ? [size] : []),
    ...trace.map(() => args.steps * size),
  ];
  const base = inputs.storages.length + lengths.length;
  const outputs = context.run({
    label: `neuron ${kernel.name}, forward`,
    key: `${kernelNumber(kernel)}/${scanKey(args)}/${trace}`,
    inputs: inputs.storages,
    outputs: lengths,
    groups: layout.groups,
    uniforms: scanUniforms(args, layout),
    shader: (places, buffers) =>
      shader(new ScanText(kernel, args, layout, inputs, places, base), trace, buffers),
  });
  const states = kernel.states.length;
  return {
    out: outputs[0],
    state: outputs.slice(1, 1 + states),
    lateral: layout.connected ? outputs[1 + states] : undefined,
    trace: outputs.slice(1 + states + (layout.connected ? 1 : 0)),
  };
}
