import type {
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanWants,
} from "@spikeloop/tensor";
import type { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { partOf, weightGradient } from "./lateral_gradient.ts";
import { kernelNumber } from "./map.ts";
import { layoutOf, scanInputs, scanKey, ScanText, scanUniforms } from "./population.ts";
import { reduce } from "./reduce.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";

/** Numbers that a thread keeps of its own course: states and inputs of one segment of the time axis. */
const keptNumbers = 64;

/** Where the optional inputs of the backward pass are bound; -1 where there is none. */
interface Extra {
  readonly out: number;
  readonly gOut: number;
  readonly gStates: readonly number[];
  readonly gLateral: number;
}

/** Segment length, and what the shader writes besides the gradient of x and of the states. */
interface Plan {
  readonly segment: number;
  readonly checkpoints: boolean;
  /** Parameters whose gradient is wanted. */
  readonly params: readonly number[];
}

function shader(text: ScanText, extra: Extra, plan: Plan, buffers: number): string {
  const { kernel, layout, base } = text;
  const { connected, threads, population: p } = layout;
  const states = kernel.states.map((_, i) => i);
  const { segment, params } = plan;
  const outputs = 1 + states.length + params.length + (plan.checkpoints ? 1 : 0);
  const target = (output: number, at: string) => `result[u(${base - outputs + output}u) + ${at}]`;
  const checkpoint = (i: number) =>
    target(outputs - 1, `(part * ${states.length}u + ${i}u) * ${text.size} + e`);
  const forwardRoots = [...kernel.next];
  const { backward } = kernel;
  const wanted = [backward.x, ...backward.states, ...params.map((i) => backward.params[i])];
  const roots = wanted.flatMap((r) => r === undefined ? [] : [r]);
  const advance = printWgsl(forwardRoots, (name) => text.slot(name, (i) => `s${i}`, "at"), "f");
  const cotangent = (name: string) =>
    name === "g.out" ? "gOut" : `g${kernel.states.indexOf(name.slice(2))}`;
  const back = printWgsl(
    roots,
    (name) => name.startsWith("g.") ? cotangent(name) : text.slot(name, (i) => `h${i}[k]`, "at"),
    "b",
  );
  const terms = wanted.map((r) => r === undefined ? "0.0" : back.roots[roots.indexOf(r)]);
  // The lateral current of a step is recomputed from what the population sent before.
  const arrive = connected
    ? `var sum = bias;
      if (t == 0u) { sum = ${text.initialLateral}; } else {
        let sender = at - ${text.size} - unit;
        ${text.weightedSum("to", (k) => text.read(extra.out, `sender + ${k}`))}
      }
      let x = ${text.x("at")} + sum;`
    : `let x = ${text.x("at")};`;
  const run = (keep: boolean) =>
    `let at = t * ${text.size} + e;
      ${arrive}
      ${
      keep
        ? [`hx[t - start] = x;`, ...states.map((i) => `h${i}[t - start] = s${i};`)].join(" ")
        : ""
    }
      ${advance.statements.join("\n      ")}
      ${states.map((i) => `let n${i} = ${advance.roots[i]};`).join(" ")}
      ${states.map((i) => `s${i} = n${i};`).join(" ")}`;
  const load = (input: number, at: string) => input < 0 ? "0.0" : text.read(input, at);
  const begin = states.map((i) => `var s${i} = ${text.initialState(i)};`).join(" ");
  return `${declareUniforms(base + 4 + kernel.params.length)}
${declareBuffers(buffers)}
var<workgroup> exchanged: array<f32, ${threads + p}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  ${text.prologue([...forwardRoots, ...roots]).join("\n  ")}
  ${connected ? [...text.loadWeights("to"), ...text.loadWeights("from")].join("\n  ") : ""}
  let parts = (${text.steps} + ${segment - 1}u) / ${segment}u;
  ${begin}
  ${
    plan.checkpoints
      ? `for (var part = 0u; part < parts; part++) {
    if (alive) { ${states.map((i) => `${checkpoint(i)} = s${i};`).join(" ")} }
    for (var t = part * ${segment}u; t < min((part + 1u) * ${segment}u, ${text.steps}); t++) {
      ${run(false)}
    }
  }`
      : ""
  }
  ${states.map((i) => `var g${i} = ${load(extra.gStates[i], "e")};`).join("\n  ")}
  ${connected ? `var gx = ${load(extra.gLateral, "e")};` : ""}
  ${params.map((i) => `var q${i} = 0.0;`).join(" ")}
  var hx: array<f32, ${segment}>;
  ${states.map((i) => `var h${i}: array<f32, ${segment}>;`).join("\n  ")}
  for (var part = parts; part > 0u;) {
    part--;
    let start = part * ${segment}u;
    let end = min(start + ${segment}u, ${text.steps});
    ${plan.checkpoints ? states.map((i) => `s${i} = ${checkpoint(i)};`).join(" ") : ""}
    for (var t = start; t < end; t++) {
      ${run(true)}
    }
    for (var t = end; t > start;) {
      t--;
      let at = t * ${text.size} + e;
      let k = t - start;
      let x = hx[k];
      ${
    connected
      ? `exchanged[lane] = gx;
      workgroupBarrier();
      var sum = 0.0;
      ${text.weightedSum("from", (k) => `exchanged[lane - unit + ${k}]`)}
      workgroupBarrier();
      let gOut = ${load(extra.gOut, "at")} + sum;`
      : `let gOut = ${load(extra.gOut, "at")};`
  }
      ${back.statements.join("\n      ")}
      ${connected ? `gx = ${terms[0]};` : `let gx = ${terms[0]};`}
      ${states.map((i) => `let m${i} = ${terms[1 + i]};`).join(" ")}
      ${params.map((i, j) => `q${i} += ${terms[1 + states.length + j]};`).join(" ")}
      ${states.map((i) => `g${i} = m${i};`).join(" ")}
      if (alive) { ${target(0, "at")} = gx; }
    }
  }
  if (alive) {
    ${states.map((i) => `${target(1 + i, "e")} = g${i};`).join("\n    ")}
    ${params.map((i, j) => `${target(1 + states.length + j, "e")} = q${i};`).join("\n    ")}
  }
}`;
}

/** The pullback of `scan` in one dispatch, and reductions for the gradients of weight, bias and parameters. */
export function scanBackward(
  context: DeviceContext,
  kernel: ScanKernel,
  args: ScanArgs,
  out: GpuStorage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  const layout = layoutOf(context, kernel, args);
  const inputs = scanInputs(context, args);
  const size = args.batch * args.units;
  const storages = [...inputs.storages];
  const put = (s: Parameters<DeviceContext["own"]>[0] | undefined) =>
    s === undefined ? -1 : storages.push(context.own(s)) - 1;
  const extra: Extra = {
    out: layout.connected ? put(out) : -1,
    gOut: put(cotangents.out),
    gStates: cotangents.state.map(put),
    gLateral: layout.connected ? put(cotangents.lateral) : -1,
  };
  const states = kernel.states.length;
  const segment = Math.max(1, Math.min(args.steps, Math.floor(keptNumbers / (states + 1))));
  const params = wants.params.flatMap((want, i) => want === "none" ? [] : [i]);
  const plan: Plan = { segment, checkpoints: segment < args.steps, params };
  const lengths = [args.steps * size, ...kernel.states.map(() => size), ...params.map(() => size)];
  if (plan.checkpoints) lengths.push(Math.ceil(args.steps / segment) * states * size);
  const base = storages.length + lengths.length;
  const outputs = context.run({
    label: `neuron ${kernel.name}, backward`,
    key: `${kernelNumber(kernel)}/${scanKey(args)}/${segment}${plan.checkpoints}/${params}/${
      Object.values(extra)
    }`,
    inputs: storages,
    outputs: lengths,
    groups: layout.groups,
    uniforms: scanUniforms(args, layout),
    shader: (places, buffers) =>
      shader(new ScanText(kernel, args, layout, inputs, places, base), extra, plan, buffers),
  });
  if (plan.checkpoints) context.release(outputs[outputs.length - 1]);
  const x = outputs[0];
  const perParam = wants.params.map((want, i) => {
    if (want === "none") return undefined;
    const rows = outputs[1 + states + params.indexOf(i)];
    return want === "rows" ? rows : reduce(context, "sum", rows, 1, args.batch, args.units);
  });
  const shared = wants.weights && layout.connected
    ? weightGradient(context, [
      { lateral: partOf(x, size, x.length - size), out: partOf(out, 0, out.length - size) },
      ...(cotangents.lateral === undefined ? [] : [{
        lateral: context.own(cotangents.lateral),
        out: partOf(out, out.length - size, size),
      }]),
    ], args)
    : undefined;
  return {
    x,
    state: outputs.slice(1, 1 + states),
    weight: shared?.weight,
    bias: shared?.bias,
    params: perParam,
  };
}
