// The time loop as a differentiable operation, step by step.
import type { ScanArgs, Storage } from "./backend.ts";
import { add } from "./functions.ts";
import { paramCotangent } from "./scan.ts";
import { forbidNested, isStateTracked, outputTensor, stateTensors } from "./scan_results.ts";
import {
  type CheckedSetting,
  checkOperands,
  checkSetting,
  scanArgs,
  type ScanSetting,
  type ScanState,
} from "./scan_setting.ts";
import { showShape } from "./shape.ts";
import { isRecording, isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** What the steps of one binding leave for the gradient of what they share. */
interface StepRecord {
  readonly batch: number;
  readonly lateral: Storage | undefined;
  readonly out: Storage;
  readonly params: readonly (Storage | undefined)[];
}

const noNoise: readonly Tensor[] = [];
const noTrace: readonly number[] = [];

/**
 * Fixes a setting and gives the function that runs one step: x is [N, D], and so is the output. Steps repeated equal
 * `scan`, bit for bit on the CPU, values and gradients: the steps of a binding leave their shares of the gradients of
 * weight, bias and parameters to the binding, which sums them as `scan` does.
 *
 * @throws {TypeError} if a shape does not fit.
 *
 * @example An integrator, v = v + x.
 * ```ts
 * import { add, input } from "@spikeloop/expr";
 * import { bindScan, defineScan, ones, type ScanState, zeros } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const v = add(input("v"), input("x"));
 * const kernel = defineScan({ name: "sum", states: ["v"], params: [], out: v, next: [v], binary: false });
 * const step = bindScan({ kernel, units: 1, params: [] });
 * let state: ScanState = { values: [zeros([1, 1])] };
 * for (let t = 0; t < 3; t++) state = step(state, ones([1, 1])).state;
 * assertEquals(state.values[0].item(), 3);
 * ```
 */
export function bindScan(
  given: ScanSetting,
): (
  state: ScanState,
  x: Tensor,
  noise?: readonly Tensor[],
) => { readonly out: Tensor; readonly state: ScanState } {
  const setting = checkSetting(given);
  const { kernel, units, params, lateral, tensors: shared } = setting;
  const records: StepRecord[] = [];
  // What the steps share is one node on the tape: it comes before them, so its pullback runs after theirs.
  const token = record(`the parameters of neuron "${kernel.name}"`, shared, () => {
    const all = records.splice(0);
    const batches = [...new Set(all.map((r) => r.batch))];
    return batches
      .map((batch) => sharedGradients(setting, batch, all.filter((r) => r.batch === batch)))
      .reduce((total, more) => total.map((g, i) => addCotangents(g, more[i])));
  });
  const anchor = shared.find((x) => x !== undefined);
  const carrier = token && anchor &&
    new Tensor(anchor.backend, anchor.storage, anchor.shape, { node: token });
  const paramWants = params.map((p) =>
    typeof p !== "number" && isTracked(p) ? "rows" as const : "none" as const
  );

  function recordStep(state: ScanState, x: Tensor, args: ScanArgs, out: Storage) {
    const { backend, shape } = x;
    const wants = { weights: false, params: paramWants, state: isStateTracked(state) };
    const inputs = [x, ...state.values, state.lateral, carrier];
    return record(`neuron "${kernel.name}"`, inputs, (g) => {
      forbidNested(kernel, g);
      const cotangents = {
        out: g[0]?.storage,
        state: state.values.map((_, i) => g[1 + i]?.storage),
        lateral: g[1 + state.values.length]?.storage,
      };
      const gradients = backend.scanBackward(kernel, args, out, cotangents, wants);
      const first = records.length === 0;
      const { params } = gradients;
      records.push({ batch: args.batch, lateral: cotangents.lateral, out, params });
      const wrap = (s: Storage | undefined) => s && new Tensor(backend, s, shape);
      const gx = wrap(gradients.x);
      return [
        gx,
        ...state.values.map((_, i) => wrap(gradients.state[i])),
        lateral && gx,
        first ? carrier : undefined,
      ];
    });
  }

  return (state, x, noise = noNoise) => {
    const { shape, backend } = x;
    if (shape.length !== 2 || shape[1] !== units) {
      throw new TypeError(
        `Cannot run a step of neuron "${kernel.name}": the input has shape ${
          showShape(shape)
        }, expected [N, ${units}]`,
      );
    }
    const batch = shape[0];
    checkOperands(setting, state, x, noise, batch);
    const args = scanArgs(setting, state, x, noise, 1, batch);
    const result = backend.scan(kernel, args, noTrace);

    const node = isRecording() ? recordStep(state, x, args, result.out) : undefined;
    return {
      out: outputTensor(kernel, backend, result.out, shape, node),
      state: stateTensors(backend, result.state, result.lateral, shape, node),
    };
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
    const { weight, bias } = backend.lateralGradient(shares, extents);
    gradients[0] = new Tensor(backend, weight, lateral.weight.shape);
    gradients[1] = new Tensor(backend, bias, lateral.bias.shape);
  }
  params.forEach((p, i) => {
    const rows = records.flatMap((r) => r.params[i] ?? []);
    gradients.push(
      typeof p === "number" || rows.length === 0
        ? undefined
        : paramCotangent(p, p.backend.paramGradient(rows, batch, units), units),
    );
  });
  return gradients;
}
