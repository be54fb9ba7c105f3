// T steps of a neuron, one unit after another: the meaning of the scan skeleton.
import { compileEvaluator } from "@spikeloop/expr";
import type {
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanResult,
  ScanWants,
} from "../backend.ts";
import { array } from "./array.ts";
import { type Extents, lateralCurrent, lateralPullback } from "./lateral.ts";
import { lateralGradient, paramGradient } from "./lateral_gradient.ts";

/** The slots of a kernel's evaluator: what a step reads, then the cotangents. */
function slotNames(kernel: ScanKernel): string[] {
  return [
    "x",
    ...kernel.states,
    ...kernel.params,
    ...kernel.noise,
    "g.out",
    ...kernel.states.map((s) => `g.${s}`),
  ];
}

/** Fills the slots that a step reads, for the unit at `i` of [N, D] at step `t`. */
function argumentReader(args: ScanArgs) {
  const size = args.batch * args.units;
  const x = array(args.x);
  const noise = args.noise.map(array);
  const params = args.params.map((p) => typeof p === "number" ? p : array(p));
  return (
    slots: number[],
    t: number,
    i: number,
    lateral: Float32Array | undefined,
    state: readonly Float32Array[],
  ) => {
    let slot = 0;
    slots[slot++] = lateral === undefined
      ? x[t * size + i]
      : Math.fround(x[t * size + i] + lateral[i]);
    for (const s of state) slots[slot++] = s[i];
    for (const p of params) {
      slots[slot++] = typeof p === "number" ? p : p.length === 1 ? p[0] : p[i % args.units];
    }
    for (const n of noise) slots[slot++] = n[t * size + i];
    return slot;
  };
}

function extentsOf(kernel: ScanKernel, args: ScanArgs): Extents {
  return { batch: args.batch, units: args.units, group: args.group, binary: kernel.binary };
}

interface Course {
  readonly result: ScanResult;
  /** The state before every step, and after the last. */
  readonly states: readonly (readonly Float32Array[])[];
  /** The lateral current that arrives at every step, and the one after the last. */
  readonly laterals: readonly (Float32Array | undefined)[];
}

function run(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): Course {
  const size = args.batch * args.units;
  const evaluate = compileEvaluator([kernel.out, ...kernel.next], slotNames(kernel));
  const read = argumentReader(args);
  const out = new Float32Array(args.steps * size);
  const traces = trace.map(() => new Float32Array(args.steps * size));
  const states = [args.state.map(array)];
  const laterals = [args.lateral && array(args.lateral)];
  const slots: number[] = slotNames(kernel).map(() => 0);
  const values: number[] = [];
  for (let t = 0; t < args.steps; t++) {
    const next = kernel.states.map(() => new Float32Array(size));
    for (let i = 0; i < size; i++) {
      read(slots, t, i, laterals[t], states[t]);
      evaluate(slots, values);
      out[t * size + i] = values[0];
      next.forEach((s, j) => s[i] = values[1 + j]);
    }
    states.push(next);
    trace.forEach((state, j) => traces[j].set(next[state], t * size));
    laterals.push(
      args.weight && args.bias &&
        lateralCurrent(
          out,
          t * size,
          array(args.weight),
          array(args.bias),
          extentsOf(kernel, args),
        ),
    );
  }
  const result = { out, state: states[args.steps], lateral: laterals[args.steps], trace: traces };
  return { result, states, laterals };
}

/** T steps of a neuron. */
export function scan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
  return run(kernel, args, trace).result;
}

/** The pullback of `scan`. */
export function scanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  const size = args.batch * args.units;
  const { result, states, laterals } = run(kernel, args, []);
  const { backward } = kernel;
  const roots = [backward.x, ...backward.states, ...backward.params];
  const present = roots.flatMap((e, i) => e === undefined ? [] : [{ e, i }]);
  const evaluate = compileEvaluator(present.map((p) => p.e), slotNames(kernel));
  const read = argumentReader(args);
  const gx = new Float32Array(args.steps * size);
  let gState = kernel.states.map((_, j) =>
    cotangents.state[j] && array(cotangents.state[j]) || new Float32Array(size)
  );
  let gLateral = cotangents.lateral && array(cotangents.lateral);
  const gOut = cotangents.out && array(cotangents.out);
  const rows: Float32Array[][] = kernel.params.map(() => []);
  const shares: { lateral: Float32Array; lateralAt: number; out: Float32Array; outAt: number }[] =
    [];
  const out = array(result.out);
  const slots: number[] = slotNames(kernel).map(() => 0);
  const values: number[] = [];
  for (let t = args.steps - 1; t >= 0; t--) {
    const fromLateral = args.weight && gLateral &&
      lateralPullback(gLateral, array(args.weight), extentsOf(kernel, args));
    if (args.weight && gLateral) {
      shares.push({ lateral: gLateral, lateralAt: 0, out, outAt: t * size });
    }
    const before = kernel.states.map(() => new Float32Array(size));
    const gParams = kernel.params.map(() => new Float32Array(size));
    for (let i = 0; i < size; i++) {
      let slot = read(slots, t, i, laterals[t], states[t]);
      const g = gOut === undefined ? 0 : gOut[t * size + i];
      slots[slot++] = fromLateral === undefined ? g : Math.fround(g + fromLateral[i]);
      for (const s of gState) slots[slot++] = s[i];
      evaluate(slots, values);
      present.forEach(({ i: root }, v) => {
        if (root === 0) gx[t * size + i] = values[v];
        else if (root <= before.length) before[root - 1][i] = values[v];
        else gParams[root - 1 - before.length][i] = values[v];
      });
    }
    gState = before;
    gParams.forEach((g, j) => rows[j].push(g));
    gLateral = args.weight && gx.subarray(t * size, (t + 1) * size);
  }
  const weights = wants.weights ? lateralGradient(shares, extentsOf(kernel, args)) : undefined;
  return {
    x: gx,
    state: gState,
    weight: weights?.weight,
    bias: weights?.bias,
    params: wants.params.map((want, j) =>
      want === "none"
        ? undefined
        : want === "sum"
        ? paramGradient(rows[j], args.batch, args.units)
        : sumOverTime(rows[j], size)
    ),
  };
}

function sumOverTime(rows: readonly Float32Array[], size: number): Float32Array {
  const total = new Float32Array(size);
  for (const row of rows) for (let i = 0; i < size; i++) total[i] += row[i];
  return total;
}
