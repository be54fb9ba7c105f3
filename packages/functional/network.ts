import { describe, didYouMean, fail, isRecord, takeCount } from "@spikeloop/errors";
import { split, takeKey } from "@spikeloop/random";
import { checkTensor, mean, reshape, type Tensor, type Tree } from "@spikeloop/tensor";
import type { RowPart } from "./row_parts.ts";
import { divideOptions, divideSequenceKey } from "./divide_options.ts";
import { freezeKnown } from "./known_layers.ts";
import type { Layer, ParamsOf, RunOptions, StateOf, tensorNames } from "./layer.ts";
import { takeResult } from "./take_result.ts";

/** Layers by name, in the order in which they stand. */
export type Layers = { readonly [name: string]: Layer };

/**
 * The params of a network: those of every layer under its name. Params that are known to have those
 * of further layers do not fit.
 */
export type NetworkParams<L extends Layers> =
  & { readonly [K in keyof L]: ParamsOf<L[K]> }
  & { readonly [tensorNames]?: keyof L };

/** The state of a network: every layer's under its name, and no others. */
export type NetworkState<L extends Layers> =
  & { readonly [K in keyof L]: StateOf<L[K]> }
  & { readonly [tensorNames]?: keyof L };

/** A run of a network with the outputs of all layers. */
export interface Inspection<L extends Layers> {
  /** The state after the last step. */
  readonly state: NetworkState<L>;
  /** The output of the network. */
  readonly y: Tensor;
  /** The output of every layer, [T, N, D]; a read-out's is [N, D]. */
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
   * @throws {TypeError} if parameters, state or input do not fit, or this is a copy with another
   * `multiStep`: see `isInspectable`.
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

/** Joins the parts of the layers for one row. */
type JoinParts = (parts: readonly (readonly RowPart[])[]) => readonly RowPart[];

/** The sizes of a composition. */
export type Features = Pick<Layer, "inFeatures" | "outFeatures" | "isReadOut">;

/** Makes a network of layers that `takeLayers` has checked. */
export function makeNetwork<L extends Layers>(
  kind: string,
  layers: L,
  features: Features,
  flow: Flow,
  join: JoinParts,
): Network<L> {
  const names = Object.keys(layers);
  const parts = Object.values<Layer>(layers);
  const action = `run ${kind}`;
  const noOptions = new Array<undefined>(names.length).fill(undefined);

  const paramsOf = (params: unknown) => branchesOf(action, names, "params", params, "init(key)");
  const statesOf = (state: unknown) =>
    branchesOf(action, names, "states", state, "initialState(batch)");
  const gather = <T>(values: readonly T[]): Record<string, T> => {
    const record: Record<string, T> = {};
    for (let i = 0; i < names.length; i++) record[names[i]] = values[i];
    return record;
  };

  const run = (
    params: unknown,
    state: unknown,
    xSeq: Tensor,
    options: RunOptions | undefined,
    outputs?: Tensor[],
  ): [Readonly<Record<string, Tree>>, Tensor] => {
    checkTensor(kind, "the input", xSeq);
    const values = paramsOf(params);
    const before = statesOf(state);
    const settings = options === undefined
      ? noOptions
      : divideOptions(action, names, options, (key) =>
        divideSequenceKey(action, key, xSeq.shape[0] ?? 0, names.length));
    const after = new Array<Tree>(names.length);
    const y = flow(xSeq, (i, x) => {
      try {
        const result = parts[i].multiStep(values[i], before[i], x, settings[i]);
        const [next, output] = takeResult(action, result);
        after[i] = next;
        if (outputs !== undefined) outputs[i] = output;
        return output;
      } catch (error) {
        throw inLayer(names[i], error);
      }
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
      const steps = parts.map((layer, i) => {
        try {
          return layer.bind(values[i]);
        } catch (error) {
          throw inLayer(names[i], error);
        }
      });
      return (state, x, options) => {
        checkTensor(kind, "the input", x);
        const before = statesOf(state);
        const settings = options === undefined
          ? noOptions
          : divideOptions(action, names, options, (key) =>
            split(takeKey(action, "key", key), names.length));
        const after: Record<string, Tree> = {};
        const y = flow(x, (i, x) => {
          try {
            const [next, output] = takeResult(action, steps[i](before[i], x, settings[i]));
            after[names[i]] = next;
            return output;
          } catch (error) {
            throw inLayer(names[i], error);
          }
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
    rowParts: (params) => {
      const values = paramsOf(params);
      const all = parts.map((layer, i) => layer.rowParts?.(values[i]));
      return all.includes(undefined) ? undefined : join(all as RowPart[][]);
    },
  };
  return freezeKnown(network) as Network<L>;
}

/**
 * Checks that a record has one entry for every layer, and returns them in order. Actors run
 * networks of few numbers many times, so it makes no other object.
 *
 * @param role The role of the record, for messages.
 * @param source The function that makes such a record, for messages.
 */
function branchesOf(
  action: string,
  names: readonly string[],
  role: string,
  record: unknown,
  source: string,
): readonly Tree[] {
  if (!isRecord(record)) return failBranches(action, names, role, record, source);
  let count = 0;
  for (const _ in record) count++;
  if (count > names.length) return failBranches(action, names, role, record, source);
  const branches = new Array<Tree>(names.length);
  for (let i = 0; i < names.length; i++) {
    if (!Object.hasOwn(record, names[i])) return failBranches(action, names, role, record, source);
    branches[i] = record[names[i]] as Tree;
  }
  return branches;
}

/** Says why a record has not one entry for every layer. */
function failBranches(
  action: string,
  names: readonly string[],
  role: string,
  record: unknown,
  source: string,
): never {
  const known = isRecord(record) ? Object.keys(record) : [];
  const missing = names.find((name) => !known.includes(name));
  const other = known.find((name) => !names.includes(name));
  const problem = !isRecord(record)
    ? `are ${describe(record)}`
    : missing !== undefined
    ? `lack ${missing}`
    : `have ${other}, which is none of its layers`;
  const hint = other === undefined ? "" : didYouMean(other, names);
  const expected = `expected ${names.join(", ")}; make them with ${source}${hint}`;
  return fail(action, `its ${role} ${problem}, ${expected}`);
}

/**
 * Adds the name of the layer to the message of an error of ours: `(in layer block.fc)`. Those of a
 * user's own layer stay as they are.
 */
export function inLayer(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || !error.message.startsWith("Cannot ")) return error;
  const [, message, inner] = /^(.*?)(?: \(in layer (.*)\))?$/s.exec(error.message) ?? [];
  error.message = `${message} (in layer ${inner === undefined ? name : `${name}.${inner}`})`;
  return error;
}

/** The mean of [..., D] over all but the last axis. */
function meanOutput(y: Tensor): Tensor {
  const units = y.shape.at(-1) ?? 1;
  return mean(reshape(y, [units === 0 ? 0 : y.size / units, units]), 0);
}
