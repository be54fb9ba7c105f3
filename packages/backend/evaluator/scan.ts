// The scan skeleton: T steps of a neuron, one unit after another.
import { makeEvaluator } from "@spikeloop/expr";
import { hostArray } from "../host_storage.ts";
import type { ScanArgs, ScanKernel, ScanResult } from "../skeletons.ts";
import type { Storage } from "../storage.ts";
import { lateralCurrent } from "./lateral.ts";

/** The inputs of a step, in the order of `argumentReader`. */
export function kernelInputs(kernel: ScanKernel): string[] {
  return ["x", ...kernel.states, ...kernel.params, ...kernel.noise];
}

/**
 * Makes a function that fills the slots with the inputs of step `t` for the unit at `i` of [N, D],
 * and returns the number of these slots.
 */
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

/** The parts of [d, N, D], one per step at which they arrive. */
export function arrivals(
  { delay, batch, units }: ScanArgs,
  lateral: Storage | undefined,
): (Float32Array | undefined)[] {
  const size = batch * units;
  return Array.from(
    { length: delay },
    (_, i) => lateral && hostArray(lateral).subarray(i * size, (i + 1) * size),
  );
}

function join(parts: readonly (Float32Array | undefined)[], size: number): Float32Array {
  const whole = new Float32Array(parts.length * size);
  parts.forEach((part, i) => whole.set(part ?? [], i * size));
  return whole;
}

/** The steps of a scan. */
export interface ScanSteps {
  /** The results of the scan. */
  readonly result: ScanResult;
  /** The state before every step, and after the last. */
  readonly states: readonly (readonly Float32Array[])[];
  /** The lateral current that arrives at every step, and those after the last. */
  readonly laterals: readonly (Float32Array | undefined)[];
}

/** Runs T steps of a neuron, and keeps every state. */
export function evaluateSteps(
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanSteps {
  const size = args.batch * args.units;
  const roots = [kernel.out, ...kernel.next];
  const evaluate = makeEvaluator(roots, kernelInputs(kernel));
  const read = argumentReader(args);
  const outs: Float32Array[] = [];
  const states = [args.state.map(hostArray)];
  const laterals = arrivals(args, args.lateral);
  const slots: number[] = [];
  const values: number[] = [];
  for (let t = 0; t < args.steps; t++) {
    const results = roots.map(() => new Float32Array(size));
    for (let i = 0; i < size; i++) {
      read(slots, t, i, laterals[t], states[t]);
      evaluate(slots, values);
      results.forEach((r, j) => r[i] = values[j]);
    }
    const [out, ...next] = results;
    outs.push(out);
    states.push(next);
    laterals.push(
      args.weight && args.bias &&
        lateralCurrent(out, hostArray(args.weight), hostArray(args.bias), {
          ...args,
          binary: kernel.binary,
        }),
    );
  }
  const result = {
    out: join(outs, size),
    state: states[args.steps],
    lateral: args.lateral && join(laterals.slice(args.steps), size),
    trace: trace.map((j) => join(states.slice(1).map((s) => s[j]), size)),
  };
  return { result, states, laterals };
}

/** Runs T steps of a neuron. */
export function evaluateScan(
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
): ScanResult {
  return evaluateSteps(kernel, args, trace).result;
}
