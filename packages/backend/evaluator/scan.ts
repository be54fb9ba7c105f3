// T steps of a neuron, one unit after another: the meaning of the scan skeleton.
import { compileEvaluator } from "@spikeloop/expr";
import type { ScanArgs, ScanKernel, ScanResult } from "../skeletons.ts";
import { hostArray } from "../host_storage.ts";
import { type Extents, lateralCurrent } from "./lateral.ts";

/** The slots of a kernel's evaluator: what a step reads, then the cotangents. */
export function slotNames(kernel: ScanKernel): string[] {
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
export function argumentReader(args: ScanArgs) {
  const size = args.batch * args.units;
  const x = hostArray(args.x);
  const noise = args.noise.map(hostArray);
  const params = args.params.map((p) => typeof p === "number" ? p : hostArray(p));
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

/** The extents of its lateral connection. */
export function extentsOf(kernel: ScanKernel, args: ScanArgs): Extents {
  return { batch: args.batch, units: args.units, group: args.group, binary: kernel.binary };
}

/** What a scan went through. */
export interface Course {
  /** What it gives. */
  readonly result: ScanResult;
  /** The state before every step, and after the last. */
  readonly states: readonly (readonly Float32Array[])[];
  /** The lateral current that arrives at every step, and the one after the last. */
  readonly laterals: readonly (Float32Array | undefined)[];
}

/** Runs a scan and keeps its course. */
export function runCourse(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): Course {
  const size = args.batch * args.units;
  const evaluate = compileEvaluator([kernel.out, ...kernel.next], slotNames(kernel));
  const read = argumentReader(args);
  const out = new Float32Array(args.steps * size);
  const traces = trace.map(() => new Float32Array(args.steps * size));
  const states = [args.state.map(hostArray)];
  const laterals = [args.lateral && hostArray(args.lateral)];
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
          hostArray(args.weight),
          hostArray(args.bias),
          extentsOf(kernel, args),
        ),
    );
  }
  const result = { out, state: states[args.steps], lateral: laterals[args.steps], trace: traces };
  return { result, states, laterals };
}

/** T steps of a neuron. */
export function evaluateScan(
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult {
  return runCourse(kernel, args, trace).result;
}
