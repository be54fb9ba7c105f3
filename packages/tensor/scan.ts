// The time loop as a differentiable operation: a whole sequence at once, or step by step.
import type { ScanArgs, ScanKernel, Storage } from "./backend.ts";
import { commonBackend } from "./elementwise.ts";
import { add } from "./functions.ts";
import { sameShape, type Shape, showShape } from "./shape.ts";
import { reshape, sum } from "./sum.ts";
import { isTracked, record } from "./tape.ts";
import { Tensor } from "./tensor.ts";

/** The lateral connection: every unit hears the P units of its own population. */
export interface Lateral {
  /** P. */
  readonly group: number;
  /** [D, 1, P]. */
  readonly weight: Tensor;
  /** [D]. */
  readonly bias: Tensor;
}

/** What stays the same from step to step. */
export interface ScanSetting {
  /** The time step. */
  readonly kernel: ScanKernel;
  /** D. */
  readonly units: number;
  /** One per parameter of the kernel: a number, or a tensor of shape [] or [D]. */
  readonly params: readonly (number | Tensor)[];
  /** Absent where units are not connected. */
  readonly lateral?: Lateral;
}

/** The state of N rows of units between two steps; every tensor is [N, D]. */
export interface ScanState {
  /** In the order of the kernel's states. */
  readonly values: readonly Tensor[];
  /** The lateral current on its way to the next step; absent where units are not connected. */
  readonly lateral?: Tensor;
}

/** What a scan returns. */
export interface ScanOutput {
  /** What the units sent out, [T, N, D], or [N, D] of a single step. */
  readonly out: Tensor;
  /** The state after the last step. */
  readonly state: ScanState;
  /** Per traced state its value after every step, [T, N, D]. Not differentiable. */
  readonly trace: readonly Tensor[];
}

function expectShape(kernel: ScanKernel, what: string, x: Tensor, shape: Shape): void {
  if (!sameShape(x.shape, shape)) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": ${what} has shape ${showShape(x.shape)}, expected ${
        showShape(shape)
      }`,
    );
  }
}

/** Checks that the setting's tensors fit its kernel and units. */
function checkSetting({ kernel, units, params, lateral }: ScanSetting): void {
  params.forEach((p, i) => {
    if (typeof p !== "number" && p.shape.length > 0) {
      expectShape(kernel, `parameter ${kernel.params[i]}`, p, [units]);
    }
  });
  if (lateral !== undefined) {
    expectShape(kernel, "weight", lateral.weight, [units, 1, lateral.group]);
    expectShape(kernel, "bias", lateral.bias, [units]);
  }
}

/** The operands of a scan that gradients can reach, in one list: x, states, lateral, weight, bias, parameters. */
interface Operands {
  readonly x: Tensor;
  readonly state: ScanState;
  readonly noise: readonly Tensor[];
  readonly steps: number;
  readonly batch: number;
}

function scanArgs(
  { units, params, lateral }: ScanSetting,
  { x, state, noise, steps, batch }: Operands,
): ScanArgs {
  return {
    steps,
    batch,
    units,
    group: lateral?.group ?? 0,
    x: x.storage,
    noise: noise.map((n) => n.storage),
    state: state.values.map((s) => s.storage),
    lateral: lateral === undefined ? undefined : state.lateral?.storage,
    weight: lateral?.weight.storage,
    bias: lateral?.bias.storage,
    params: params.map((p) => typeof p === "number" ? p : p.storage),
  };
}

/** The gradient of a parameter from that of its units. */
function paramCotangent(
  p: number | Tensor,
  perUnit: Storage | undefined,
  units: number,
): Tensor | undefined {
  if (typeof p === "number" || perUnit === undefined) return undefined;
  const gradient = new Tensor(p.backend, perUnit, [units]);
  return p.shape.length === 0 ? sum(gradient) : gradient;
}

/**
 * T steps of a neuron in one kernel: x and `noise` are [T, N, D], the states [N, D]. Gradients flow to x, the states,
 * the lateral current, weight, bias and parameters; the pullback is one kernel too, which recomputes the states'
 * course instead of keeping it. Gradients of these gradients are not available.
 *
 * @param trace The states, by index, whose course is wanted.
 * @throws {TypeError} if a shape does not fit.
 */
export function scan(
  setting: ScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[] = [],
  trace: readonly number[] = [],
): ScanOutput {
  const { kernel, units, params, lateral } = setting;
  checkSetting(setting);
  if (x.shape.length !== 3 || x.shape[2] !== units) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": the input has shape ${
        showShape(x.shape)
      }, expected [T, N, ${units}]`,
    );
  }
  const [steps, batch] = x.shape;
  if (steps === 0) {
    throw new RangeError(
      `Cannot run neuron "${kernel.name}" over no time steps: the input has shape ${
        showShape(x.shape)
      }`,
    );
  }
  checkOperands(setting, state, x, noise, [batch, units]);
  for (const n of noise) expectShape(kernel, "noise", n, x.shape);
  const operands = { x, state, noise, steps, batch };
  const args = scanArgs(setting, operands);
  const { backend } = x;
  const result = backend.scan(kernel, args, trace);
  const stateShape = [batch, units];
  const hasLateral = lateral !== undefined;
  const inputs = [
    x,
    ...state.values,
    state.lateral,
    lateral?.weight,
    lateral?.bias,
    ...params.map(asTensor),
  ];
  const wants = {
    weights: hasLateral && (isTracked(lateral.weight) || isTracked(lateral.bias)),
    params: params.map((p) =>
      typeof p !== "number" && isTracked(p) ? "sum" as const : "none" as const
    ),
  };
  const node = record(`neuron "${kernel.name}"`, inputs, (g) => {
    const count = state.values.length;
    forbidNested(kernel, g);
    const gradients = backend.scanBackward(kernel, args, result.out, {
      out: g[0]?.storage,
      state: state.values.map((_, i) => g[1 + i]?.storage),
      lateral: g[1 + count]?.storage,
    }, wants);
    const wrap = (s: Storage | undefined, shape: Shape) => s && new Tensor(backend, s, shape);
    const gx = new Tensor(backend, gradients.x, x.shape);
    return [
      gx,
      ...gradients.state.map((s) => wrap(s, stateShape)),
      hasLateral ? firstStep(gx, stateShape) : undefined,
      lateral && wrap(gradients.weight, lateral.weight.shape),
      lateral && wrap(gradients.bias, lateral.bias.shape),
      ...params.map((p, i) => paramCotangent(p, gradients.params[i], units)),
    ];
  });
  const make = (storage: Storage, slot: number) =>
    new Tensor(backend, storage, stateShape, { node, slot });
  return {
    out: new Tensor(backend, result.out, x.shape, { binary: kernel.binary, node }),
    state: {
      values: result.state.map((s, i) => make(s, 1 + i)),
      lateral: result.lateral && make(result.lateral, 1 + result.state.length),
    },
    trace: result.trace.map((s) => new Tensor(backend, s, x.shape)),
  };
}

const asTensor = (p: number | Tensor): Tensor | undefined => typeof p === "number" ? undefined : p;

/** dL/d(lateral current that arrived at the first step) is dL/dx there. */
function firstStep(gx: Tensor, shape: Shape): Tensor {
  const [batch, units] = shape;
  const view = { storage: gx.storage, offset: 0, shape, strides: [units, 1] };
  return batch * units === gx.size
    ? reshape(gx, shape)
    : new Tensor(gx.backend, gx.backend.gather(view), shape);
}

function forbidNested(kernel: ScanKernel, cotangents: readonly (Tensor | undefined)[]): void {
  if (cotangents.some((g) => g !== undefined && isTracked(g))) {
    throw new TypeError(
      `Cannot take a second derivative through neuron "${kernel.name}": only its first derivative is defined`,
    );
  }
}

function checkOperands(
  { kernel, params, lateral }: ScanSetting,
  state: ScanState,
  x: Tensor,
  noise: readonly Tensor[],
  shape: Shape,
): void {
  if (
    state.values.length !== kernel.states.length ||
    (state.lateral === undefined) !== (lateral === undefined)
  ) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": the state does not fit, expected ${
        [...kernel.states, ...(lateral ? ["lateral"] : [])].join(", ")
      }; make one with initialState(batch)`,
    );
  }
  if (noise.length !== kernel.noise.length) {
    throw new TypeError(
      `Cannot run neuron "${kernel.name}": given are ${noise.length} noise sequences, expected ${kernel.noise.length}`,
    );
  }
  state.values.forEach((s, i) => expectShape(kernel, `state ${kernel.states[i]}`, s, shape));
  if (state.lateral !== undefined) expectShape(kernel, "state lateral", state.lateral, shape);
  const tensors = [x, ...state.values, ...noise, ...params.flatMap((p) => asTensor(p) ?? [])];
  if (lateral !== undefined) tensors.push(lateral.weight, lateral.bias);
  if (state.lateral !== undefined) tensors.push(state.lateral);
  commonBackend(`neuron "${kernel.name}"`, tensors);
}

/** What the steps of one binding leave for the gradient of what they share. */
interface StepRecord {
  readonly batch: number;
  readonly lateral: Storage | undefined;
  readonly out: Storage;
  readonly params: readonly (Storage | undefined)[];
}

/**
 * Fixes a setting and gives the function that runs one step: x is [N, D], and so is the output. Steps repeated equal
 * `scan`, bit for bit on the CPU, values and gradients: the steps of a binding leave their shares of the gradients of
 * weight, bias and parameters to the binding, which sums them as `scan` does.
 *
 * @throws {TypeError} if a shape does not fit.
 */
export function bindScan(
  setting: ScanSetting,
): (
  state: ScanState,
  x: Tensor,
  noise?: readonly Tensor[],
) => { readonly out: Tensor; readonly state: ScanState } {
  checkSetting(setting);
  const { kernel, units, params, lateral } = setting;
  const shared = [lateral?.weight, lateral?.bias, ...params.map(asTensor)];
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
  const wants = {
    weights: false,
    params: params.map((p) =>
      typeof p !== "number" && isTracked(p) ? "rows" as const : "none" as const
    ),
  };
  return (state, x, noise = []) => {
    if (x.shape.length !== 2 || x.shape[1] !== units) {
      throw new TypeError(
        `Cannot run a step of neuron "${kernel.name}": the input has shape ${
          showShape(x.shape)
        }, expected [N, ${units}]`,
      );
    }
    checkOperands(setting, state, x, noise, x.shape);
    for (const n of noise) expectShape(kernel, "noise", n, x.shape);
    const args = scanArgs(setting, { x, state, noise, steps: 1, batch: x.shape[0] });
    const { backend } = x;
    const result = backend.scan(kernel, args, []);
    const node = record(
      `neuron "${kernel.name}"`,
      [x, ...state.values, state.lateral, carrier],
      (g) => {
        forbidNested(kernel, g);
        const cotangents = {
          out: g[0]?.storage,
          state: state.values.map((_, i) => g[1 + i]?.storage),
          lateral: g[1 + state.values.length]?.storage,
        };
        const gradients = backend.scanBackward(kernel, args, result.out, cotangents, wants);
        const first = records.length === 0;
        records.push({
          batch: x.shape[0],
          lateral: cotangents.lateral,
          out: result.out,
          params: gradients.params,
        });
        const wrap = (s: Storage) => new Tensor(backend, s, x.shape);
        const gx = wrap(gradients.x);
        return [gx, ...gradients.state.map(wrap), lateral && gx, first ? carrier : undefined];
      },
    );
    const make = (storage: Storage, slot: number) =>
      new Tensor(backend, storage, x.shape, { node, slot });
    return {
      out: new Tensor(backend, result.out, x.shape, { binary: kernel.binary, node }),
      state: {
        values: result.state.map((s, i) => make(s, 1 + i)),
        lateral: result.lateral && make(result.lateral, 1 + result.state.length),
      },
    };
  };
}

function addCotangents(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a === undefined ? b : b === undefined ? a : add(a, b);
}

/** The gradients of weight, bias and parameters from the records of all steps, the latest first. */
function sharedGradients(
  { kernel, units, params, lateral }: ScanSetting,
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
