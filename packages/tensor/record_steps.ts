// The gradients of the time loop's steps, and of what the steps of a binding share.
import type { Storage } from "@spikeloop/backend";
import { add } from "./functions.ts";
import { isStateTracked, onceDifferentiable, paramCotangent } from "./record_scan.ts";
import type { StepRecorder } from "./recorders.ts";
import type { CheckedSetting } from "./scan_setting.ts";
import {
  runLateralGradient,
  runParamGradient,
  runScanBackward,
} from "./skeletons/run_scan_backward.ts";
import { isTracked, isWalked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** What the steps of one binding leave for the gradient of what they share. */
interface StepRecord {
  readonly batch: number;
  readonly lateral: Storage | undefined;
  readonly out: Storage;
  readonly params: readonly (Storage | undefined)[];
  /** What the shares are made of, where that is to be known: dL/dx is made of the same. */
  readonly origin: Tensor | undefined;
}

/** Gives what leaves the steps of a binding on the tape; its parameters are there from now on. */
export function stepRecorder(setting: CheckedSetting): StepRecorder {
  const { kernel, params, tensors: shared } = setting;
  const records: StepRecord[] = [];
  // What the steps share is one node on the tape: it comes before them, so its pullback runs after theirs.
  const token = record(`the parameters of neuron "${kernel.name}"`, shared, () => {
    const all = records.splice(0);
    const batches = [...new Set(all.map((r) => r.batch))];
    const gradients = batches
      .map((batch) => sharedGradients(setting, batch, all.filter((r) => r.batch === batch)))
      .reduce((total, more) => total.map((g, i) => addCotangents(g, more[i])));
    return onceDifferentiable(kernel, [], all.map((r) => r.origin), gradients);
  });
  const anchor = shared.find((x) => x !== undefined);
  const carrier = token && anchor &&
    new Tensor(anchor.backend, anchor.storage, anchor.shape, { node: token });
  const paramWants = params.map((p) =>
    typeof p !== "number" && isTracked(p) ? "rows" as const : "none" as const
  );

  return (state, x, args, out) => {
    const { backend, shape } = x;
    const wants = { weights: false, params: paramWants, state: isStateTracked(state) };
    const inputs = [x, ...state.values, state.lateral, carrier];
    return record(kernel.name, inputs, (g) => {
      const cotangents = {
        out: g[0]?.storage,
        state: state.values.map((_, i) => g[1 + i]?.storage),
        lateral: g[1 + state.values.length]?.storage,
      };
      const gradients = runScanBackward(backend, kernel, args, out, cotangents, wants);
      const wrap = (s: Storage | undefined) => s && new Tensor(backend, s, shape);
      const own = [wrap(gradients.x)];
      for (let i = 0; i < state.values.length; i++) own.push(wrap(gradients.state[i]));
      const results = onceDifferentiable(kernel, inputs, g, own);
      const [gx] = results;
      if (setting.lateral !== undefined) results.push(gx);
      if (carrier === undefined || !isWalked(carrier)) return results;
      records.push({
        batch: args.batch,
        lateral: cotangents.lateral,
        out,
        params: gradients.params,
        origin: gx && isTracked(gx) ? gx : undefined,
      });
      if (records.length === 1) results[inputs.length - 1] = carrier;
      return results;
    });
  };
}

function addCotangents(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a === undefined ? b : b === undefined ? a : add(a, b);
}

/** The gradients of weight, bias and parameters from the records of all steps, the latest first. */
function sharedGradients(
  { kernel, units, params, lateral }: CheckedSetting,
  batch: number,
  records: readonly StepRecord[],
): (Tensor | undefined)[] {
  const gradients: (Tensor | undefined)[] = [undefined, undefined];
  if (lateral !== undefined) {
    const { backend } = lateral.weight;
    const shares = records.flatMap(({ lateral, out }) =>
      lateral === undefined ? [] : [{ lateral, out }]
    );
    const extents = { batch, units, group: lateral.group, binary: kernel.binary };
    const { weight, bias } = runLateralGradient(backend, shares, extents);
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
