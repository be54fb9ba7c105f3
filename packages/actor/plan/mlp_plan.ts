// One observation through a perceptron, as one function of WebAssembly over weights that stay.
import { populationActivity } from "@spikeloop/encoding";
import * as e from "@spikeloop/expr";
import {
  type Code,
  f32x4,
  Func,
  instantiate,
  printSimd,
  simdSupported,
  v128,
} from "@spikeloop/expr/wasm";
import type { ActorParams } from "../actor.ts";
import type { OutputsOfOne } from "../bind_actor.ts";
import { align } from "./act_layout.ts";
import { transposeInto } from "./transpose_into.ts";

/** The form of a perceptron. */
export interface MlpDesign {
  /** How many numbers an observation has. */
  readonly obsDim: number;
  /** Units of the encoder per number; undefined without an encoder. */
  readonly encPopDim: number | undefined;
  /** The sizes of the layers, from the first linear layer's input to the output. */
  readonly sizes: readonly number[];
  /** The function of the hidden units. */
  readonly activation: "relu" | "tanh";
  /** The beginnings of the names of the linear layers' parameters. */
  readonly names: readonly string[];
}

/** Vectors of a pass over the columns of weights: their sums stay in registers. */
const passVectors = 8;

const activations: Readonly<Record<MlpDesign["activation"], (x: e.Expr) => e.Expr>> = {
  relu: (x) => e.select(e.lessEqual(x, 0), 0, x),
  tanh: e.tanh,
};

/** The places of all arrays, in bytes. */
function mlpLayout({ sizes }: MlpDesign) {
  let end = 0;
  const place = (numbers: number) => {
    const at = end;
    end += 4 * align(numbers + 16, 16);
    return at;
  };
  const [mean, std] = [place(sizes[0]), place(sizes[0])];
  const weights = sizes.slice(1).map((units, i) => {
    const row = align(units, 16);
    return { inputs: sizes[i], row, weight: place(sizes[i] * row), bias: place(row) };
  });
  const paramsEnd = end;
  const values = sizes.map((units) => place(align(units, 16)));
  return { mean, std, weights, paramsEnd, observation: place(sizes[0]), values, end };
}

/** `run()`: from the observation to the values of the last layer. */
function mlpKernel(design: MlpDesign, layout: ReturnType<typeof mlpLayout>): Func {
  const fn = new Func("run", []);
  const { weights, values, observation } = layout;
  const [at, row] = fn.localArray("i32", 2);
  const sums = fn.localArray("v128", passVectors);
  const [factor, x, mean, std] = fn.localArray("v128", 4);
  const encode = (): Code => {
    const locals = { x, mean, std };
    const formula = populationActivity(e.input("x"), e.input("mean"), e.input("std"));
    const { code, values: [activity] } = printSimd(
      fn,
      [formula],
      (name) => locals[name as keyof typeof locals],
    );
    return fn.loop(at, 0, 4 * align(design.sizes[0], 4), 16, [
      x.set(v128.load(at, observation)),
      mean.set(v128.load(at, layout.mean)),
      std.set(v128.load(at, layout.std)),
      code,
      v128.store(at, activity, values[0]),
    ]);
  };
  const isLast = (i: number) => i === weights.length - 1;
  const layer = (i: number): Code => {
    const { row: width, weight, bias, inputs } = weights[i];
    const source = i === 0 && design.encPopDim === undefined ? observation : values[i];
    const passes: Code[] = [];
    for (let from = 0; from < width; from += 4 * passVectors) {
      const own = sums.slice(0, Math.min(passVectors, (width - from) / 4));
      const place = (v: number) => 4 * from + 16 * v;
      passes.push([
        ...own.flatMap((sum) => sum.set(0)),
        ...row.set(0),
        ...fn.loop(at, 0, 4 * inputs, 4, [
          factor.set(v128.load32Splat(at, source)),
          ...own.map((sum, v) =>
            sum.set(f32x4.add(sum, f32x4.mul(factor, v128.load(row, weight + place(v)))))
          ),
          row.increment(4 * width),
        ]),
        ...own.flatMap((sum, v) =>
          v128.store(
            0,
            f32x4.add(sum, v128.load(0, bias + place(v))),
            values[i + 1] + place(v),
          )
        ),
      ]);
    }
    if (isLast(i)) return passes.flat();
    const formula = activations[design.activation](e.input("x"));
    const { code, values: [y] } = printSimd(fn, [formula], () => x);
    const activate = fn.loop(at, 0, 4 * width, 16, [
      x.set(v128.load(at, values[i + 1])),
      code,
      v128.store(at, y, values[i + 1]),
    ]);
    return [...passes.flat(), ...activate];
  };
  return fn.emit(
    design.encPopDim === undefined ? [] : encode(),
    ...weights.map((_, i) => layer(i)),
  );
}

/** Makes the plan of a perceptron: binds parameters to single observations, without tensors. */
export function mlpPlan(design: MlpDesign): ((params: ActorParams) => OutputsOfOne) | undefined {
  if (!simdSupported()) return undefined;
  let engine: ReturnType<typeof makeEngine> | undefined;
  return (params) => bindParams(engine ??= makeEngine(design), design, params);
}

function makeEngine(design: MlpDesign) {
  const layout = mlpLayout(design);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(layout.end / 65536) });
  const { run } = instantiate([mlpKernel(design, layout)], memory);
  const state: { owner: Float32Array | undefined } = { owner: undefined };
  return { layout, run, floats: new Float32Array(memory.buffer), state };
}

function bindParams(
  { layout, run, floats, state }: ReturnType<typeof makeEngine>,
  { names, sizes, encPopDim }: MlpDesign,
  params: ActorParams,
): OutputsOfOne {
  const own = new Float32Array(layout.paramsEnd / 4);
  own.fill(1, layout.std / 4, layout.std / 4 + sizes[0] + 16);
  if (encPopDim !== undefined) {
    own.set(params["encoder.mean"].dataSync(), layout.mean / 4);
    own.set(params["encoder.std"].dataSync(), layout.std / 4);
  }
  layout.weights.forEach(({ inputs, row, weight, bias }, i) => {
    const biases = params[`${names[i]}.bias`].dataSync();
    const numbers = params[`${names[i]}.weight`].dataSync();
    transposeInto(own, weight / 4, row, numbers, inputs, biases.length);
    own.set(biases, bias / 4);
  });
  const [from, to] = [layout.observation / 4, layout.values[layout.values.length - 1] / 4];
  const repeats = encPopDim ?? 1;
  return (observation, into) => {
    if (state.owner !== own) {
      floats.set(own);
      state.owner = own;
    }
    let at = from;
    for (let i = 0; i < observation.length; i++) {
      for (let p = 0; p < repeats; p++) floats[at++] = observation[i];
    }
    run();
    for (let i = 0; i < into.length; i++) into[i] = floats[to + i];
  };
}
