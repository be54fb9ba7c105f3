import {
  lastScanPullback,
  type ScanArgs,
  type ScanCotangents,
  type ScanGradients,
  type ScanKernel,
  type ScanPullback,
  scanPullback,
  type ScanWants,
  type Storage,
} from "@spikeloop/backend";
import { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { gpuLateralGradient } from "./lateral_gradient.ts";
import { gpuReduce } from "./reduce.ts";
import { layoutOf, scanInputs, scanKey, scanUniforms } from "./scan_layout.ts";
import { indent, ScanText } from "./scan_text.ts";
import { printWgsl } from "./wgsl.ts";

/** The most states and inputs that a thread keeps: those of one segment of the time axis. */
const keptNumbers = 64;

/** Shorter sequences have one segment of this length, so that they share a shader. */
const shortest = 8;

/** The indices of the optional inputs of the backward pass; -1 where there is none. */
interface Extra {
  readonly gOut: number;
  readonly gStates: readonly number[];
  readonly gLateral: number;
}

/** The length of a segment, and the results besides the gradient of x. */
interface Plan {
  readonly segment: number;
  readonly checkpoints: boolean;
  /** The states whose gradients are wanted: all or none. */
  readonly states: readonly number[];
  /** The parameters whose gradients are wanted. */
  readonly params: readonly number[];
}

function shader(
  text: ScanText,
  extra: Extra,
  plan: Plan,
  buffers: number,
  names: readonly string[],
): string {
  const { kernel, layout: { connected, delayed }, base } = text;
  const states = kernel.states.map((_, i) => i);
  const { segment, params, checkpoints } = plan;
  const outputs = 1 + plan.states.length + params.length + Number(delayed) + Number(checkpoints);
  const target = (output: number, at: string) =>
    `${names[output]}[u(${base - outputs + output}u) + ${at}]`;
  /** The variables from step to step: the states, and the lateral current. */
  const carried = [...states.map((i) => `s${i}`), ...connected && !delayed ? ["lateral"] : []];
  /** The current that a step sent, where it arrives later than at the next. */
  const sent = (at: string) => target(outputs - 1 - Number(checkpoints), at);
  const checkpoint = (i: number) =>
    target(outputs - 1, `(part * ${carried.length}u + ${i}u) * size + e`);
  /** The gradients of a step: of x, of the states and of the wanted parameters. */
  const gradientsOf = (pullback: ScanPullback) => {
    const wanted = [pullback.x, ...pullback.states, ...params.map((i) => pullback.params[i])];
    return { wanted, roots: wanted.flatMap((r) => r === undefined ? [] : [r]) };
  };
  const others = gradientsOf(scanPullback(kernel));
  const last = gradientsOf(lastScanPullback(kernel, extra.gStates.map((at) => at >= 0)));
  const forward = [...kernel.next, ...connected ? [kernel.out] : []];
  const advance = printWgsl(forward, (name) => text.slot(name, (i) => `s${i}`, "at"), "f");
  const cotangent = (name: string) =>
    name === "g.out" ? "gOut" : `g${kernel.states.indexOf(name.slice(2))}`;
  const results = ["gxNow", ...states.map((i) => `m${i}`), ...params.map((i) => `q${i}Now`)];
  const backward = ({ wanted, roots }: typeof others) => {
    const back = printWgsl(
      roots,
      (name) => name.startsWith("g.") ? cotangent(name) : text.slot(name, (i) => `h${i}[k]`, "at"),
      "r",
    );
    return [
      ...back.statements,
      ...wanted.flatMap((r, i) =>
        r === undefined ? [] : [`${results[i]} = ${back.roots[roots.indexOf(r)]};`]
      ),
    ];
  };
  const load = (input: number, at: string) => input < 0 ? "0.0" : text.read(input, at);
  /** One step forward, as in the forward pass. */
  const again = (keep: boolean) => [
    "let at = t * size + e;",
    ...delayed ? text.delayedLateral(sent("at - delay * size")) : [],
    ...text.takeX("end"),
    ...keep ? ["hx[t - start] = x;", ...states.map((i) => `h${i}[t - start] = s${i};`)] : [],
    ...advance.statements,
    ...states.map((i) => `let n${i} = ${advance.roots[i]};`),
    ...states.map((i) => `s${i} = n${i};`),
    // The first pass over all steps has sent what arrives later.
    ...connected && !(delayed && keep && checkpoints)
      ? [
        ...text.exchange("to", 2, advance.roots[states.length], "bias"),
        delayed ? text.whereAlive([`${sent("at")} = sum;`]) : "lateral = sum;",
      ]
      : [],
  ];
  const gDelayed = [
    "var gLateral = 0.0;",
    `if (t + delay < steps) { gLateral = ${target(0, "at + delay * size")}; }`,
    `else { gLateral = ${load(extra.gLateral, "at + (delay - steps) * size")}; }`,
  ];
  const stepBack = [
    "t--;",
    "let at = t * size + e;",
    "let k = t - start;",
    "let x = hx[k];",
    ...delayed ? gDelayed : [],
    ...connected ? text.exchange("from", 2, delayed ? "gLateral" : "gx", "0.0") : [],
    `let gOut = gAhead${connected ? " + sum" : ""};`,
    ...extra.gOut < 0 ? [] : [`if (t > 0u) { gAhead = ${load(extra.gOut, "at - size")}; }`],
    ...results.map((result) => `var ${result} = 0.0;`),
    ...extra.gStates.every((at) => at >= 0) ? backward(others) : [
      "if (t == steps - 1u) {",
      ...indent(backward(last)),
      "} else {",
      ...indent(backward(others)),
      "}",
    ],
    `${connected && !delayed ? "" : "let "}gx = gxNow;`,
    ...params.map((i) => `q${i} += q${i}Now;`),
    ...states.map((i) => `g${i} = m${i};`),
    text.whereAlive([`${target(0, "at")} = gx;`]),
  ];
  const firstX = `var ahead = ${text.x("start * size + e")};`;
  const block = (head: string, body: readonly string[]) => [head, ...indent(body), "}"];
  const bounds = [
    `let start = part * ${segment}u;`,
    `let end = min(start + ${segment}u, steps);`,
  ];
  const lines = [
    ...text.prologue([...forward, ...others.roots, ...last.roots]),
    ...connected
      ? [
        ...text.loadWeights("to", 2),
        ...text.loadWeights("from", 2),
        delayed ? "" : `var lateral = ${text.initialLateral};`,
      ]
      : [],
    `let parts = (steps + ${segment - 1}u) / ${segment}u;`,
    ...states.map((i) => text.declareState(i)),
    ...checkpoints
      ? block("for (var part = 0u; part < parts; part++) {", [
        ...bounds,
        text.whereAlive(carried.map((value, i) => `${checkpoint(i)} = ${value};`)),
        firstX,
        ...block("for (var t = start; t < end; t++) {", again(false)),
      ])
      : [],
    ...states.map((i) => `var g${i} = ${load(extra.gStates[i], "e")};`),
    connected && !delayed ? `var gx = ${load(extra.gLateral, "e")};` : "",
    `var gAhead = ${load(extra.gOut, "(steps - 1u) * size + e")};`,
    ...params.map((i) => `var q${i} = 0.0;`),
    ...["x", ...states].map((i) => `var h${i}: array<f32, ${segment}>;`),
    ...block("for (var part = parts; part > 0u;) {", [
      "part--;",
      ...bounds,
      ...checkpoints ? carried.map((value, i) => `${value} = ${checkpoint(i)};`) : [],
      firstX,
      ...block("for (var t = start; t < end; t++) {", again(true)),
      ...block("for (var t = end; t > start;) {", stepBack),
    ]),
    text.whereAlive([
      ...plan.states.map((i) => `${target(1 + i, "e")} = g${i};`),
      ...params.map((i, j) => `${target(1 + plan.states.length + j, "e")} = q${i};`),
    ]),
  ];
  return text.shader(buffers, names, indent(lines).join("\n").trim());
}

/** A part of a storage, for reading while that storage lives. */
function partOf(storage: GpuStorage, from: number, length: number): GpuStorage {
  return new GpuStorage(storage.block, storage.offset + from, length);
}

/**
 * The pullback of `scan` in one dispatch, with reductions for the gradients of weight, bias and
 * parameters.
 */
export function gpuScanBackward(
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
  const put = (s: Storage | undefined) => s === undefined ? -1 : storages.push(context.own(s)) - 1;
  const extra: Extra = {
    gOut: put(cotangents.out),
    gStates: cotangents.state.map(put),
    gLateral: layout.connected ? put(cotangents.lateral) : -1,
  };
  const states = kernel.states.length;
  const longest = Math.max(1, Math.floor(keptNumbers / (states + 1)));
  const segment = args.steps <= shortest ? Math.min(shortest, longest) : longest;
  const params = wants.params.flatMap((want, i) => want === "none" ? [] : [i]);
  const wanted = wants.state === false ? [] : kernel.states.map((_, i) => i);
  const plan: Plan = { segment, checkpoints: segment < args.steps, states: wanted, params };
  const lengths = [args.steps * size, ...[...wanted, ...params].map(() => size)];
  if (layout.delayed) lengths.push(args.steps * size);
  if (plan.checkpoints) {
    const carried = states + (layout.connected && !layout.delayed ? 1 : 0);
    lengths.push(Math.ceil(args.steps / segment) * carried * size);
  }
  const base = storages.length + lengths.length;
  const outputs = context.run({
    label: `neuron ${kernel.name}, backward`,
    variant: context.pipelines.of(kernel).at("backward").at(
      `${scanKey(args)}/${segment}${plan.checkpoints}/${wanted}/${params}/${Object.values(extra)}`,
    ),
    inputs: storages,
    outputs: lengths,
    workgroups: layout.workgroups,
    uniforms: scanUniforms(args, layout),
    shader: (places, buffers, results) => {
      const text = new ScanText(kernel, args, layout, inputs, places, base);
      return shader(text, extra, plan, buffers, results);
    },
  });
  for (const scratch of outputs.slice(1 + wanted.length + params.length)) context.release(scratch);
  const x = outputs[0];
  const perParam = wants.params.map((want, i) => {
    if (want === "none") return undefined;
    const rows = outputs[1 + wanted.length + params.indexOf(i)];
    return want === "rows" ? rows : gpuReduce(context, "sum", rows, 1, args.batch, args.units);
  });
  /** The numbers of the outputs that arrive after the last step. */
  const late = Math.min(args.delay, args.steps) * size;
  const early = x.length - late;
  const shared = wants.weights && layout.connected
    ? gpuLateralGradient(context, [
      { lateral: partOf(x, x.length - early, early), out: partOf(out, 0, early) },
      ...(cotangents.lateral === undefined ? [] : [{
        lateral: partOf(context.own(cotangents.lateral), args.delay * size - late, late),
        out: partOf(out, early, late),
      }]),
    ], args)
    : undefined;
  return {
    x,
    state: outputs.slice(1, 1 + wanted.length),
    weight: shared?.weight,
    bias: shared?.bias,
    params: perParam,
  };
}
