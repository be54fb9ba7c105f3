// The gradients of the time loop's steps, and of the weight, bias and parameters that they share.
import type { Backend, LateralRecord, ScanArgs, Storage } from "@spikeloop/backend";
import { add } from "./functions.ts";
import type { RunRule } from "./gradient_rules.ts";
import {
  runGather,
  runLateralGradient,
  runParamGradient,
  runScanBackward,
} from "./run_skeletons.ts";
import {
  isStateWalked,
  lateralCotangent,
  onceDifferentiable,
  paramCotangent,
  paramWants,
  runCotangents,
  runInputs,
} from "./scan_rule.ts";
import { type CheckedScanSetting, sharedOperands } from "./scan_setting.ts";
import { isWalked } from "./recording.ts";
import { isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** One step's contribution to the gradients of weight, bias and parameters. */
interface StepRecord {
  readonly batch: number;
  readonly lateral: Storage | undefined;
  readonly out: Storage;
  readonly params: readonly (Storage | undefined)[];
  /** dL/dx, where an outer gradient tracks it: the contribution depends on the same tensors. */
  readonly gx: Tensor | undefined;
}

/** Puts a binding's weight, bias and parameters on the tape, and returns the rule of its steps. */
export function stepsRule(setting: CheckedScanSetting): RunRule {
  const { kernel, delay } = setting;
  const records: StepRecord[] = [];
  // One operation stands for all that the steps share. It comes before them on the tape, so its
  // pullback runs after theirs, when all records are there.
  const inputs = sharedOperands(setting).map(([, value]) => value);
  const sharedIndex = record(inputs, () => {
    const all = records.splice(0);
    const batches = [...new Set(all.map((r) => r.batch))];
    const gradients = batches
      .map((batch) => sharedGradients(setting, batch, all.filter((r) => r.batch === batch)))
      .reduce((total, more) => total.map((g, i) => addCotangents(g, more[i])));
    return onceDifferentiable([], all.map((r) => r.gx), gradients, kernel);
  });
  // An input of every step that carries this index; nothing reads its numbers.
  const any = sharedIndex > 0 ? inputs.find((x) => typeof x !== "number") : undefined;
  const shared = any && new Tensor(any.backend, any.storage, any.shape, false, sharedIndex);

  return (state, x, args, out) => {
    const inputs = runInputs(x, state, 1);
    inputs[inputs.length - 1] = shared;
    return record(inputs, (g) => {
      const { backend, shape } = x;
      const count = kernel.states.length;
      const cotangents = runCotangents(g, count);
      const wants = {
        weights: false,
        params: paramWants(setting, "rows"),
        state: isStateWalked(inputs, count),
      };
      const gradients = runScanBackward(backend, kernel, args, out, cotangents, wants);
      const ofInputs = new Array<Tensor | undefined>(2 + count);
      const ofX = ofInputs[0] = new Tensor(backend, gradients.x, shape);
      if (wants.state) {
        for (let i = 0; i < count; i++) {
          ofInputs[1 + i] = new Tensor(backend, gradients.state[i], shape);
        }
      }
      const isDelayed = delay > 1 && isWalked(inputs[1 + count]);
      if (isDelayed) {
        const after = g[1 + count];
        ofInputs[1 + count] = lateralCotangent(ofX, after, args, [delay, ...shape]);
      }
      const results = onceDifferentiable(inputs, g, ofInputs, kernel);
      const [gx] = results;
      if (setting.lateral !== undefined && !isDelayed) results[1 + count] = gx;
      if (shared === undefined || !isWalked(shared)) return results;
      records.push({
        batch: args.batch,
        lateral: cotangents.lateral && sentNow(backend, cotangents.lateral, args),
        out,
        params: gradients.params,
        gx: gx && isTracked(gx) ? gx : undefined,
      });
      // One cotangent is enough to have the shared pullback called; it reads the records.
      if (records.length === 1) results[2 + count] = shared;
      return results;
    });
  };
}

/** The cotangent of the current that the only step's output sends: the last part of them. */
function sentNow(
  backend: Backend,
  lateral: Storage,
  { delay, batch, units }: ScanArgs,
): Storage {
  if (delay === 1) return lateral;
  const size = batch * units;
  const offset = (delay - 1) * size;
  return runGather(backend, { storage: lateral, offset, shape: [size], strides: [1] });
}

function addCotangents(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a === undefined ? b : b === undefined ? a : add(a, b);
}

/** The gradients of weight, bias and parameters from the records of all steps, the latest first. */
function sharedGradients(
  { kernel, units, params, lateral }: CheckedScanSetting,
  batch: number,
  records: readonly StepRecord[],
): (Tensor | undefined)[] {
  const gradients: (Tensor | undefined)[] = [];
  if (lateral !== undefined) {
    const { backend } = lateral.weight;
    const lateralRecords: LateralRecord[] = records.flatMap(({ lateral, out }) =>
      lateral === undefined ? [] : [{ lateral, out }]
    );
    const extents = { batch, units, group: lateral.group, binary: kernel.binary };
    const { weight, bias } = runLateralGradient(backend, lateralRecords, extents);
    gradients[0] = new Tensor(backend, weight, lateral.weight.shape);
    gradients[1] = new Tensor(backend, bias, lateral.bias.shape);
  }
  params.forEach((p, i) => {
    const rows = records.flatMap((r) => r.params[i] ?? []);
    gradients.push(
      typeof p === "number" || rows.length === 0
        ? undefined
        : paramCotangent(p, runParamGradient(p.backend, rows, batch, units), units),
    );
  });
  return gradients;
}
