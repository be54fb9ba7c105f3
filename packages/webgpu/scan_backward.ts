import {
  keptValues,
  lastScanPullback,
  type ScanArgs,
  type ScanCotangents,
  type ScanGradients,
  type ScanKernel,
  scanPullback,
  type ScanWants,
  type Storage,
} from "@spikeloop/backend";
import { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { keptByForward, leftValues } from "./kept_by_forward.ts";
import { gpuLateralGradient } from "./lateral_gradient.ts";
import { PartialSums } from "./partial_sums.ts";
import { BackwardText } from "./scan_backward_text.ts";
import {
  type BackwardInputs,
  backwardRoots,
  type BackwardWork,
  holdsWeights,
  segmentOf,
} from "./scan_backward_work.ts";
import {
  layoutOf,
  registerGroup,
  scanInputs,
  scanUniforms,
  scanVariant,
  transposeWeights,
} from "./scan_layout.ts";
import { ScanText } from "./scan_text.ts";
import type { Variant } from "./variant.ts";

/** The arguments that a pullback reads where the forward pass left its values. */
function withoutSequences(args: ScanArgs): Omit<ScanArgs, "x"> {
  const { x: _, ...others } = args;
  return { ...others, state: [], noise: [], lateral: undefined, bias: undefined };
}

/** A part of a storage, for reading while that storage lives. */
function partOf(storage: GpuStorage, from: number, length: number): GpuStorage {
  return new GpuStorage(storage.buffer, storage.offset + from, length);
}

/** The work of backward passes, by the variants of their shaders. */
const workOf = new WeakMap<Variant, BackwardWork>();

/** The variant of the work for these arguments. */
function workVariant(
  pass: Variant,
  args: ScanArgs,
  { weights, state, params }: ScanWants,
  isLeft: boolean,
  stateCotangents: ScanCotangents["state"],
): Variant {
  const flags = Number(weights) + 2 * Number(state !== false) + 4 * Number(isLeft);
  let variant = scanVariant(pass, args).at(flags);
  for (let i = 0; i < params.length; i++) variant = variant.at(params[i]);
  for (let i = 0; i < stateCotangents.length; i++) {
    variant = variant.at(Number(stateCotangents[i] !== undefined));
  }
  return variant;
}

function backwardWork(
  kernel: ScanKernel,
  args: ScanArgs,
  wants: ScanWants,
  isLeft: boolean,
  stateCotangents: ScanCotangents["state"],
): BackwardWork {
  const { group } = args;
  const read = stateCotangents.map((s) => s !== undefined);
  const weights = wants.weights && group > 0 && group <= registerGroup;
  const summed = wants.params.flatMap((want, i) => want === "sum" ? [i] : []);
  const rows = wants.params.flatMap((want, i) => want === "rows" ? [i] : []);
  const pullbacks = [scanPullback(kernel), lastScanPullback(kernel, read)] as const;
  const roots = backwardRoots(pullbacks, [...rows, ...summed], weights ? [kernel.out] : []);
  const kept = isLeft ? keptByForward(kernel, args) : keptValues(kernel, roots);
  const hasSums = weights || summed.length > 0;
  return {
    pullbacks,
    kept,
    states: wants.state !== false ? kernel.states.map((_, i) => i) : [],
    rows,
    summed,
    weights,
    sums: hasSums ? new PartialSums(weights ? group : 0, summed.length) : undefined,
  };
}

/**
 * The pullback of `scan` in one dispatch, and one that adds up the parts of the gradients of
 * weight, bias and parameters. Those of weights in large groups are products of matrices.
 */
export function gpuScanBackward(
  context: DeviceContext,
  kernel: ScanKernel,
  args: ScanArgs,
  out: GpuStorage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  const { steps, batch, units, delay } = args;
  const layout = layoutOf(context, args, kernel.name, "backward");
  const isCovered = wants.params.every((w, i) =>
    w === "none" || typeof args.params[i] !== "number"
  );
  const left = isCovered ? leftValues.get(args) : undefined;
  const hasLeft = left !== undefined;
  const pass = context.pipelines.of(kernel).at("backward");
  const variant = workVariant(pass, args, wants, hasLeft, cotangents.state);
  let work = workOf.get(variant);
  if (work === undefined) {
    workOf.set(variant, work = backwardWork(kernel, args, wants, hasLeft, cotangents.state));
  }
  const { sums, states, rows } = work;
  const keepsInMemory = !hasLeft && work.kept.length > 0;
  const transposedWeight = keepsInMemory && !holdsWeights(work, args.group, true)
    ? transposeWeights(context, args)
    : undefined;
  const inputs = scanInputs(context, hasLeft ? withoutSequences(args) : args, transposedWeight);
  const size = batch * units;
  const storages = [...inputs.storages];
  const put = (s: Storage | undefined) => s === undefined ? -1 : storages.push(context.own(s)) - 1;
  const extra: BackwardInputs = {
    gOut: put(cotangents.out),
    gStates: cotangents.state.map(put),
    gLateral: layout.connected ? put(cotangents.lateral) : -1,
    left: left?.map(put),
  };
  const segment = hasLeft
    ? steps
    : segmentOf(layout, steps, work.kept.length, context.limits.maxComputeWorkgroupStorageSize);
  const checkpoints = segment < steps;
  const lengths = [steps * size, ...[...states, ...rows].map(() => size)];
  const sumsAt = lengths.length;
  if (sums !== undefined) lengths.push(layout.rows * sums.length(units));
  const scratchAt = lengths.length;
  if (layout.delayed && keepsInMemory) lengths.push(steps * size);
  if (checkpoints) {
    const carried = kernel.states.length + Number(layout.connected && !layout.delayed);
    lengths.push(Math.ceil(steps / segment) * carried * size);
  }
  const base = storages.length + lengths.length;
  const outputs = context.run({
    label: `neuron ${kernel.name}, backward`,
    variant: variant.at(Number(extra.gOut >= 0) + 2 * Number(extra.gLateral >= 0))
      .at(keepsInMemory ? segment : 0).at(Number(checkpoints)),
    inputs: storages,
    outputs: lengths,
    workgroups: layout.workgroups,
    uniforms: scanUniforms(args, layout),
    shader: (sources, buffers, results) => {
      const text = new ScanText(kernel, args, layout, inputs, sources, base);
      return new BackwardText(text, extra, work, { segment, checkpoints }, results).print(buffers);
    },
  });
  for (const scratch of outputs.slice(scratchAt)) context.release(scratch);
  if (transposedWeight !== undefined) context.release(transposedWeight);
  const x = outputs[0];
  const totals = sums?.finish(context, outputs[sumsAt], layout.rows, units) ?? [];
  const ofWeights = work.weights ? totals.splice(0, 2) : [];
  /** The numbers of the outputs that arrive after the last step. */
  const late = Math.min(delay, steps) * size;
  const early = x.length - late;
  const { weight, bias } = !wants.weights || !layout.connected || work.weights
    ? { weight: ofWeights[0], bias: ofWeights[1] }
    : gpuLateralGradient(context, [
      { lateral: partOf(x, x.length - early, early), out: partOf(out, 0, early) },
      ...(cotangents.lateral === undefined ? [] : [{
        lateral: partOf(context.own(cotangents.lateral), delay * size - late, late),
        out: partOf(out, early, late),
      }]),
    ], args);
  return {
    x,
    state: outputs.slice(1, 1 + states.length),
    weight,
    bias,
    params: wants.params.map((want, i) =>
      want === "none"
        ? undefined
        : want === "rows"
        ? outputs[1 + states.length + rows.indexOf(i)]
        : totals[work.summed.indexOf(i)]
    ),
  };
}
