import {
  describe,
  didYouMean,
  fail,
  isRecord,
  takeCount,
  takeRecord,
  takeText,
} from "@spikeloop/errors";
import { type Key, split, takeKey } from "@spikeloop/random";
import { checkTensor, mean, reshape, Tensor, type Tree } from "@spikeloop/tensor";
import type { Layer, Noise, ParamsOf, RunOptions, StateOf, tensorNames } from "./layer.ts";
import { stepKeys, takeRunOptions } from "./run_options.ts";

/** Layers by name, in the order in which they stand. */
export type Layers = { readonly [name: string]: Layer };

/**
 * The params of a network: those of every layer under its name. Params that are known to have those
 * of further layers do not fit.
 */
export type NetworkParams<L extends Layers> =
  & { readonly [K in keyof L]: ParamsOf<L[K]> }
  & { readonly [tensorNames]?: keyof L };

/** The state of a network: that of every layer under its name, and of no further ones. */
export type NetworkState<L extends Layers> =
  & { readonly [K in keyof L]: StateOf<L[K]> }
  & { readonly [tensorNames]?: keyof L };

/** A run of a network with the outputs of all layers. */
export interface Inspection<L extends Layers> {
  /** The state after the last step. */
  readonly state: NetworkState<L>;
  /** The output of the network. */
  readonly y: Tensor;
  /** The output of every layer, [T, N, D]; that of a read-out is [N, D]. */
  readonly layers: { readonly [K in keyof L]: Tensor };
  /**
   * The mean output of every unit over steps and rows, [D]: its rate if it spikes. Computed when it
   * is read.
   */
  readonly rates: { readonly [K in keyof L]: Tensor };
}

/** A layer that is made of layers. Its params, state and noise nest by their names. */
export interface Network<L extends Layers = Layers>
  extends Layer<NetworkParams<L>, NetworkState<L>> {
  /** The function that made it. */
  readonly kind: string;
  /** Its layers. */
  readonly layers: L;
  /**
   * Runs T steps as `multiStep` does, and returns the output of every layer too. Gradients flow
   * through them, as a penalty on spikes needs it.
   *
   * @throws {TypeError} if parameters, state or input do not fit.
   */
  inspect(
    params: NetworkParams<L>,
    state: NetworkState<L>,
    xSeq: Tensor,
    options?: RunOptions,
  ): Inspection<L>;
}

/** Leads the input through the layers; `run` runs layer i. */
export type Flow = (x: Tensor, run: (i: number, x: Tensor) => Tensor) => Tensor;

/** The sizes of a composition. */
export type Features = Pick<Layer, "inFeatures" | "outFeatures" | "isReadOut">;

/** The functions that make a layer. */
const functionsOfLayer = ["init", "initialState", "bind", "multiStep"] as const;

/**
 * Checks that a value is a layer.
 *
 * @throws {TypeError} if it is not.
 * @throws {RangeError} if a size is no positive integer.
 */
export function takeLayer(action: string, name: string, value: unknown): Layer {
  const missing = functionsOfLayer.find((f) =>
    typeof value !== "object" || value === null || typeof Reflect.get(value, f) !== "function"
  );
  if (missing !== undefined) {
    const problem = isRecord(value) ? `has no function ${missing}` : `is ${describe(value)}`;
    fail(action, `${name} ${problem}, expected a layer such as linear({ ... }) or plain(lif, ...)`);
  }
  const layer = value as Layer;
  const { kind, inFeatures, outFeatures } = layer;
  if (kind !== undefined) takeText(action, `the kind of ${name}`, kind);
  if (inFeatures !== undefined) takeCount(action, `inFeatures of ${name}`, inFeatures);
  if (outFeatures !== undefined && outFeatures !== "same") {
    takeCount(action, `outFeatures of ${name}`, outFeatures);
  }
  return layer;
}

/**
 * Checks a record of layers.
 *
 * @throws {TypeError} if one is not a layer, or there are none.
 * @throws {RangeError} if a name is empty, an integer, which JavaScript would move to the front, or
 * has a dot, which divides names in files.
 */
export function takeLayers(action: string, layers: Layers): Layers {
  takeRecord(action, "the record of layers", layers, "layers by name, { hidden: plain(...), ... }");
  const names = Object.keys(layers);
  if (names.length === 0) fail(action, "it has no layers, expected at least one");
  for (const name of names) {
    if (/^\d*$/.test(name) || name.includes(".")) {
      const expected = "expected a word such as hidden1, neither a number nor with a dot";
      fail(action, `a layer has the name ${describe(name)}, ${expected}`, RangeError);
    }
    takeLayer(action, `layer ${name}`, layers[name]);
  }
  return Object.freeze({ ...layers });
}

/** Says in messages which layer it is. */
export const showLayer = (name: string, { kind }: Layer): string =>
  kind === undefined ? name : `${name} (${kind})`;

/** Makes a network of layers that `takeLayers` has checked. */
export function makeNetwork<L extends Layers>(
  kind: string,
  layers: L,
  features: Features,
  flow: Flow,
): Network<L> {
  const names = Object.keys(layers);
  const parts = Object.values<Layer>(layers);
  const action = `run ${kind}`;
  const noOptions = new Array<undefined>(names.length).fill(undefined);
  type Branches = Readonly<Record<string, Tree>>;

  // Actors run networks of few numbers many times: these loops make no objects on the way.

  /** Checks that a record has one entry for every layer, and returns them in order. */
  const branchesOf = (role: string, record: unknown, source: string): Tree[] => {
    if (!isRecord(record)) return misfit(`are ${describe(record)}`);
    let count = 0;
    for (const _ in record) count++;
    const branches = new Array<Tree>(names.length);
    for (let i = 0; i < names.length; i++) {
      if (!Object.hasOwn(record, names[i])) return misfit(`lack ${names[i]}`);
      branches[i] = record[names[i]] as Tree;
    }
    if (count > names.length) {
      const other = Object.keys(record).find((name) => !names.includes(name)) ?? "";
      misfit(`have ${other}, which is none of its layers`);
    }
    return branches;

    function misfit(problem: string): never {
      const known = isRecord(record) ? Object.keys(record) : [];
      const other = known.find((name) => !names.includes(name));
      const hint = other === undefined ? "" : didYouMean(other, names);
      const expected = `expected ${names.join(", ")}; make them with ${source}${hint}`;
      return fail(action, `its ${role} ${problem}, ${expected}`);
    }
  };
  const paramsOf = (params: unknown) => branchesOf("params", params, "init(key)");
  const statesOf = (state: unknown) => branchesOf("states", state, "initialState(batch)");
  const gather = <T>(values: readonly T[]): Record<string, T> => {
    const record: Record<string, T> = {};
    for (let i = 0; i < names.length; i++) record[names[i]] = values[i];
    return record;
  };

  /** Returns the options of every layer; `keys` are those of the layers. */
  const divide = (
    options: RunOptions | undefined,
    keysOf: (key: Key | readonly Key[]) => readonly (Key | readonly Key[])[],
  ): readonly (RunOptions | undefined)[] => {
    if (options === undefined) return noOptions;
    const { key, noise, ...rest } = takeRunOptions(action, options);
    if (key === undefined && noise === undefined) return names.map(() => options);
    const unknown = Object.keys(noise ?? {}).find((n) => !names.includes(n));
    if (unknown !== undefined) {
      const hint = didYouMean(unknown, names);
      fail(action, `noise is for ${unknown}, expected it by layer: ${names.join(", ")}${hint}`);
    }
    const keys = key === undefined ? [] : keysOf(key);
    return names.map((name, i) => ({ ...rest, key: keys[i], noise: noiseOf(name, noise) }));
  };
  const noiseOf = (name: string, noise: Noise | undefined): Noise | undefined => {
    const part = noise?.[name];
    if (part instanceof Tensor) {
      fail(action, `the noise of ${name} is a tensor, expected a record: { ${name}: { noiseV } }`);
    }
    return part;
  };

  const run = (
    params: unknown,
    state: unknown,
    xSeq: Tensor,
    options: RunOptions | undefined,
    outputs?: Tensor[],
  ): [Branches, Tensor] => {
    checkTensor(kind, "the input", xSeq);
    const [values, before] = [paramsOf(params), statesOf(state)];
    const settings = divide(options, (key) => {
      const keys = stepKeys(action, key, xSeq.shape[0] ?? 0).map((k) => split(k, names.length));
      return names.map((_, i) => keys.map((k) => k[i]));
    });
    const after = new Array<Tree>(names.length);
    const y = flow(xSeq, (i, x) => {
      const [next, output] = parts[i].multiStep(values[i], before[i], x, settings[i]);
      after[i] = next;
      if (outputs !== undefined) outputs[i] = output;
      return output;
    });
    return [gather(after), y];
  };

  const network: Network = {
    kind,
    ...features,
    layers,
    init: (key, placement) => {
      const keys = split(key, names.length);
      return gather(parts.map((layer, i) => layer.init(keys[i], placement)));
    },
    initialState: (batch, placement) => {
      takeCount(`make the initial state of ${kind}`, "batch", batch, 0);
      return gather(parts.map((layer) => layer.initialState(batch, placement)));
    },
    bind: (params) => {
      const values = paramsOf(params);
      const steps = parts.map((layer, i) => layer.bind(values[i]));
      return (state, x, options) => {
        checkTensor(kind, "the input", x);
        const before = statesOf(state);
        const settings = divide(
          options,
          (key) => split(takeKey(action, "key", key), names.length),
        );
        const after: Record<string, Tree> = {};
        const y = flow(x, (i, x) => {
          const [next, output] = steps[i](before[i], x, settings[i]);
          after[names[i]] = next;
          return output;
        });
        return [after, y];
      };
    },
    multiStep: (params, state, xSeq, options) => run(params, state, xSeq, options),
    inspect: (params, state, xSeq, options) => {
      const outputs = new Array<Tensor>(names.length);
      const [last, y] = run(params, state, xSeq, options, outputs);
      return {
        state: last,
        y,
        layers: gather(outputs),
        get rates() {
          return gather(outputs.map(meanOutput));
        },
      };
    },
  };
  return Object.freeze(network) as Network<L>;
}

/** The mean of [..., D] over all but the last axis. */
function meanOutput(y: Tensor): Tensor {
  const units = y.shape.at(-1) ?? 1;
  return mean(reshape(y, [units === 0 ? 0 : y.size / units, units]), 0);
}
