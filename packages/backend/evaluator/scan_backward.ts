// The pullback of the scan skeleton.
import { makeEvaluator } from "@spikeloop/expr";
import { hostArray } from "../host_storage.ts";
import {
  hasUnreadNaN,
  lastScanPullback,
  type ScanPullback,
  scanPullback,
} from "../scan_pullback.ts";
import type {
  LateralRecord,
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanWants,
} from "../skeletons.ts";
import type { Storage } from "../storage.ts";
import { lateralPullback } from "./lateral.ts";
import { evaluateLateralGradient, evaluateParamGradient } from "./lateral_gradient.ts";
import { argumentReader, arrivals, evaluateSteps, kernelInputs } from "./scan.ts";

/** The gradients of a scan: runs it again, then walks its steps backwards. */
export function evaluateScanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  _out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  const pullback = scanPullback(kernel);
  const gradients = evaluateBackward(kernel, args, cotangents, wants, pullback);
  if (!hasUnreadNaN(kernel, args, cotangents, gradients.x)) return gradients;
  const read = kernel.states.map((_, i) => cotangents.state[i] !== undefined);
  return evaluateBackward(kernel, args, cotangents, wants, lastScanPullback(kernel, read));
}

/** The same by a given pullback of the last step. */
function evaluateBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  cotangents: ScanCotangents,
  wants: ScanWants,
  ofLastStep: ScanPullback,
): ScanGradients {
  const size = args.batch * args.units;
  const { result, states, laterals } = evaluateSteps(kernel, args, []);
  const extents = { ...args, binary: kernel.binary };
  const names = [...kernelInputs(kernel), "g.out", ...kernel.states.map((s) => `g.${s}`)];
  const [last, others] = [ofLastStep, scanPullback(kernel)].map((pullback) => {
    const roots = [pullback.x, ...pullback.states, ...pullback.params];
    const present = roots.flatMap((e, i) => e === undefined ? [] : [{ e, i }]);
    return { present, evaluate: makeEvaluator(present.map((p) => p.e), names) };
  });
  const read = argumentReader(args);
  const gx = new Float32Array(args.steps * size);
  let gState = kernel.states.map((_, j) =>
    cotangents.state[j] && hostArray(cotangents.state[j]) || new Float32Array(size)
  );
  const gLaterals = [
    ...new Array<Float32Array | undefined>(args.steps),
    ...arrivals(args, cotangents.lateral ?? new Float32Array(args.delay * size)),
  ];
  // Then the current that the last output sends has no cotangent, and those before it have zeros.
  if (cotangents.lateral === undefined) gLaterals.pop();
  const gOut = cotangents.out && hostArray(cotangents.out);
  const rows: Float32Array[][] = kernel.params.map(() => []);
  const records: LateralRecord[] = [];
  const out = hostArray(result.out);
  const slots: number[] = [];
  const values: number[] = [];
  for (let t = args.steps - 1; t >= 0; t--) {
    const { present, evaluate } = t === args.steps - 1 ? last : others;
    const gLateral = gLaterals[t + args.delay];
    const fromLateral = args.weight && gLateral &&
      lateralPullback(gLateral, hostArray(args.weight), extents);
    if (args.weight && gLateral) {
      records.push({ lateral: gLateral, out: out.subarray(t * size, (t + 1) * size) });
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
    gLaterals[t] = gx.subarray(t * size, (t + 1) * size);
  }
  const weights = wants.weights ? evaluateLateralGradient(records, extents) : undefined;
  return {
    x: gx,
    state: gState,
    weight: weights?.weight,
    bias: weights?.bias,
    params: wants.params.map((want, j) =>
      want === "none"
        ? undefined
        : want === "sum"
        ? evaluateParamGradient(rows[j], args.batch, args.units)
        : sumOverTime(rows[j], size)
    ),
  };
}

function sumOverTime(rows: readonly Float32Array[], size: number): Float32Array {
  const total = new Float32Array(size);
  for (const row of rows) for (let i = 0; i < size; i++) total[i] += row[i];
  return total;
}
