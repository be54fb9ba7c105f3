import { fail } from "@spikeloop/errors";
import type { Tensor } from "@spikeloop/tensor";
import { freezeLayer } from "./freeze_layer.ts";
import type { Layer, RunOptions } from "./layer.ts";

/** The maths of a layer of any params and state. */
interface LayerMaths {
  initialState(batch: number): unknown;
  multiStep(params: never, state: never, xSeq: never): unknown;
  /** The layers of a network. */
  readonly layers?: unknown;
  // A method, so that those of all networks fit.
  inspect?(params: never, state: never, xSeq: never): unknown;
}

/** The layers that others look into, by their `multiStep` and their `inspect`. */
const known = /* @__PURE__ */ new WeakMap<object, LayerMaths>();

const computeAlike = (a: LayerMaths, b: LayerMaths): boolean =>
  a.multiStep === b.multiStep && a.initialState === b.initialState && a.layers === b.layers;

/**
 * Freezes a layer that others look into: they take its params or its layers for what it computes.
 * A copy with another `multiStep`, `initialState` or `layers`, as `{ ...layer, multiStep }` makes
 * it, counts as another layer (`computesAsKnown`), and its `inspect` throws.
 */
export function freezeKnown<L extends LayerMaths>(layer: L): L {
  const { inspect } = layer;
  const frozen = freezeLayer<L>({
    ...layer,
    ...inspect && {
      inspect(this: LayerMaths | undefined, ...args: Parameters<typeof inspect>) {
        if (this === undefined || computeAlike(this, layer)) return inspect(...args);
        return fail(
          "inspect the network",
          "it is a copy with another multiStep, initialState or layers, and inspect of the original",
        );
      },
    },
  });
  known.set(frozen.multiStep, frozen);
  if (frozen.inspect) known.set(frozen.inspect, frozen);
  return frozen;
}

/** Whether a layer is one of `freezeKnown`, or a copy that computes the same. */
export function computesAsKnown(layer: LayerMaths): boolean {
  const original = known.get(layer.multiStep);
  return original !== undefined && computeAlike(layer, original);
}

/** A layer that shows the outputs of the layers inside of it, as a `Network` does. */
export interface Inspectable<Params, State> {
  /** Runs T steps as `multiStep` does, and returns the outputs by the names of the layers. */
  inspect(
    params: Params,
    state: State,
    xSeq: Tensor,
    options?: RunOptions,
  ): { readonly layers: Readonly<Record<string, Tensor>> };
}

/**
 * Whether a layer has an `inspect` that shows what its `multiStep` computes. A copy of a network
 * with another `multiStep` has none, unless `inspect` is another too.
 *
 * @example
 * ```ts
 * import { isInspectable, linear, sequential } from "@spikeloop/functional";
 * import { assert } from "@std/assert";
 *
 * const net = sequential({ fc: linear({ inFeatures: 2, outFeatures: 3 }) });
 * const multiStep: typeof net.multiStep = (...args) => net.multiStep(...args);
 * assert(isInspectable(net) && !isInspectable({ ...net, multiStep }));
 * ```
 */
export function isInspectable<P, S>(layer: Layer<P, S> & Inspectable<P, S>): boolean;
/** The same for a layer whose type does not have `inspect`; after this it has. */
export function isInspectable<P, S>(
  layer: Layer<P, S>,
): layer is Layer<P, S> & Inspectable<P, S>;
export function isInspectable<P, S>(layer: Layer<P, S>): boolean {
  const maths: LayerMaths = layer;
  if (typeof maths.inspect !== "function") return false;
  const original = known.get(maths.inspect);
  return original === undefined || computeAlike(maths, original);
}
