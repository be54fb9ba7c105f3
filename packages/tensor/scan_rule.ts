// The gradient of the time loop over a whole sequence.
import type {
  ScanArgs,
  ScanCotangents,
  ScanKernel,
  ScanWants,
  Shape,
  Storage,
} from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import type { TensorLike } from "./common_backend.ts";
import { withShape } from "./reshape.ts";
import { runGather, runScanBackward, runScatter } from "./run_skeletons.ts";
import { type CheckedScanSetting, lateralShape, type ScanState } from "./scan_setting.ts";
import { sumTo } from "./sum.ts";
import type { Inputs, Pullback } from "./gradient_rules.ts";
import { isWalked, reachBack, recordOnTape } from "./recording.ts";
import { isRecording, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/**
 * The gradients of a neuron as results of an operation without a derivative. They depend on the
 * neuron's `inputs` and on `cotangents`: an outer gradient that reaches those throws, instead of
 * taking the gradients for constants.
 */
export function onceDifferentiable(
  inputs: Inputs,
  cotangents: readonly (Tensor | undefined)[],
  gradients: (Tensor | undefined)[],
  kernel: ScanKernel,
): (Tensor | undefined)[] {
  return isRecording() ? recordOnce(inputs, cotangents, gradients, kernel) : gradients;
}

function recordOnce(
  inputs: Inputs,
  cotangents: readonly (Tensor | undefined)[],
  gradients: (Tensor | undefined)[],
  { name }: ScanKernel,
): (Tensor | undefined)[] {
  const all = [...inputs, ...cotangents];
  if (!reachBack(all)) return gradients;
  const tapeIndex = record(all, () => {
    fail(
      `take a second derivative through neuron "${name}"`,
      "only its first derivative is defined; stopGradient makes a constant of that",
    );
  });
  return gradients.map((g, slot) =>
    g && new Tensor(g.backend, g.storage, g.shape, false, tapeIndex, slot)
  );
}

/** The gradient of a parameter from the gradients of its units. */
export function paramCotangent(
  p: number | Tensor,
  perUnit: Storage | undefined,
  units: number,
): Tensor | undefined {
  if (typeof p === "number" || perUnit === undefined) return undefined;
  const gradient = new Tensor(p.backend, perUnit, [units]);
  return sumTo(gradient, p.shape);
}

/** Whether one of the parameters is a tensor. */
const hasTensors = ({ params, values }: CheckedScanSetting) => params !== values;

/** Records T steps of a neuron. */
export function scanRule(
  setting: CheckedScanSetting,
  state: ScanState,
  x: Tensor,
  args: ScanArgs,
  out: Storage,
): number {
  const { lateral, params } = setting;
  const count = hasTensors(setting) ? params.length : 0;
  const inputs = runInputs(x, state, 2 + count);
  const first = inputs.length - count;
  inputs[first - 2] = lateral?.weight;
  inputs[first - 1] = lateral?.bias;
  for (let i = 0; i < count; i++) inputs[first + i] = params[i];
  return recordOnTape(inputs, pullScanBack as Pullback, false, { setting, args, out });
}

/** A recorded run. */
interface ScanRecord {
  readonly setting: CheckedScanSetting;
  readonly args: ScanArgs;
  readonly out: Storage;
}

/** The inputs of a run: x, the states, the lateral current, and room for `more`. */
export function runInputs(
  x: Tensor,
  { values, lateral }: ScanState,
  more: number,
): (TensorLike | undefined)[] {
  const count = values.length;
  const inputs = new Array<TensorLike | undefined>(2 + count + more);
  inputs[0] = x;
  for (let i = 0; i < count; i++) inputs[1 + i] = values[i];
  inputs[1 + count] = lateral;
  return inputs;
}

/** Per number of states: that none has a cotangent. */
const noCotangents: (Storage | undefined)[][] = [];

/** The cotangents of the results of a run with `count` states. */
export function runCotangents(
  g: readonly (Tensor | undefined)[],
  count: number,
): ScanCotangents {
  let state = (noCotangents[count] ??= new Array<undefined>(count).fill(undefined));
  for (let i = 0; i < count; i++) {
    const ofState = g[1 + i];
    if (ofState === undefined) continue;
    if (state === noCotangents[count]) state = state.slice();
    state[i] = ofState.storage;
  }
  return { out: g[0]?.storage, state, lateral: g[1 + count]?.storage };
}

/** The gradients of the inputs of T steps, in their order. */
function pullScanBack(
  g: readonly (Tensor | undefined)[],
  inputs: Inputs,
  { setting, args, out }: ScanRecord,
): (Tensor | undefined)[] {
  const { kernel, units, params, lateral, delay } = setting;
  const paramCount = hasTensors(setting) ? params.length : 0;
  const x = inputs[0] as Tensor;
  const { backend } = x;
  const count = kernel.states.length;
  const wants = {
    weights: lateral !== undefined && (isWalked(lateral.weight) || isWalked(lateral.bias)),
    params: paramWants(setting, "sum"),
    state: isStateWalked(inputs, count),
  };
  const cotangents = runCotangents(g, count);
  const gradients = runScanBackward(backend, kernel, args, out, cotangents, wants);
  const results = new Array<Tensor | undefined>(4 + count + paramCount);
  const gx = results[0] = new Tensor(backend, gradients.x, x.shape);
  if (wants.state) {
    const shape = [args.batch, units];
    for (let i = 0; i < count; i++) results[1 + i] = new Tensor(backend, gradients.state[i], shape);
  }
  if (isWalked(inputs[1 + count])) {
    const shape = lateralShape(delay, [args.batch, units]);
    results[1 + count] = lateralCotangent(gx, g[1 + count], args, shape);
  }
  if (lateral !== undefined && gradients.weight !== undefined && gradients.bias !== undefined) {
    results[2 + count] = new Tensor(backend, gradients.weight, lateral.weight.shape);
    results[3 + count] = new Tensor(backend, gradients.bias, lateral.bias.shape);
  }
  for (let i = 0; i < paramCount; i++) {
    results[4 + count + i] = paramCotangent(params[i], gradients.params[i], units);
  }
  return onceDifferentiable(inputs, g, results, kernel);
}

/** Whether the backward pass visits the operation that made one of the `count` states of a run. */
export function isStateWalked(inputs: Inputs, count: number): boolean {
  for (let i = 1; i <= count; i++) if (isWalked(inputs[i])) return true;
  return false;
}

type ParamWants = ScanWants["params"];

/** Per number of parameters: that the gradients of none are wanted. */
const noneWanted: ParamWants[number][][] = [];

/** How the gradients of parameters are wanted, where the backward pass visits them. */
export function paramWants(
  setting: CheckedScanSetting,
  want: "sum" | "rows",
): ParamWants {
  const { params } = setting;
  const { length } = params;
  const none = noneWanted[length] ??= new Array<"none">(length).fill("none");
  let wants = none;
  for (let i = 0; hasTensors(setting) && i < length; i++) {
    if (!isWalked(params[i])) continue;
    if (wants === none) wants = none.slice();
    wants[i] = want;
  }
  return wants;
}

/**
 * The cotangent of the lateral currents before a run, from dL/dx and from their cotangent after it:
 * a current that arrives during the run has the cotangent of x at its step; the others are left
 * after the run, and keep the cotangents that they have there.
 */
export function lateralCotangent(
  gx: Tensor,
  after: Tensor | undefined,
  { steps, delay, batch, units }: ScanArgs,
  shape: Shape,
): Tensor {
  const { backend, storage } = gx;
  if (steps === delay) return withShape(gx, shape);
  const size = batch * units;
  const numbers = (start: number, count: number) => (
    { offset: start * size, shape: [count * size], strides: [1] }
  );
  const first = (storage: Storage, count: number) =>
    runGather(backend, { storage, ...numbers(0, count) });
  if (steps > delay) return new Tensor(backend, first(storage, delay), shape);
  const parts = [{ data: storage, into: numbers(0, steps) }];
  const left = delay - steps;
  if (after !== undefined) {
    parts.push({ data: first(after.storage, left), into: numbers(steps, left) });
  }
  return new Tensor(backend, runScatter(backend, shape, parts), shape);
}
