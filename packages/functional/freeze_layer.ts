import { fail } from "@spikeloop/errors";
import type { Layer } from "./layer.ts";
import type { RowPart } from "./row_parts.ts";

/** The maths of a layer of any params and state. */
interface LayerMaths {
  initialState(batch: number): unknown;
  multiStep(params: never, state: never, xSeq: never): unknown;
  /** The layers of a network. */
  readonly layers?: unknown;
  rowParts?(params: unknown): readonly RowPart[] | undefined;
  // A method, so that those of all networks fit.
  inspect?(params: never, state: never, xSeq: never): unknown;
}

/** The layers that `freezeLayer` has returned, by their `multiStep` and their `inspect`. */
const originals = /* @__PURE__ */ new WeakMap<object, LayerMaths>();

const computeAlike = (a: LayerMaths, b: LayerMaths): boolean =>
  a.multiStep === b.multiStep && a.initialState === b.initialState && a.layers === b.layers;

/**
 * Freezes a layer. Its `rowParts` and its `inspect` are the maths of the original: a copy with
 * another `multiStep`, `initialState` or `layers`, as `{ ...layer, multiStep }` makes it, has no
 * row parts, and its `inspect` throws.
 */
export function freezeLayer<L extends LayerMaths>(layer: L): L {
  const { rowParts, inspect } = layer;
  const frozen: L = Object.freeze({
    ...layer,
    ...rowParts && {
      rowParts(this: LayerMaths | undefined, params: unknown) {
        return this && computeAlike(this, layer) ? rowParts(params) : undefined;
      },
    },
    ...inspect && {
      inspect(this: LayerMaths | undefined, ...words: Parameters<typeof inspect>) {
        if (this === undefined || computeAlike(this, layer)) return inspect(...words);
        return fail(
          "inspect the network",
          "it is a copy with another multiStep, initialState or layers, and inspect of the original",
        );
      },
    },
  });
  originals.set(frozen.multiStep, frozen);
  if (frozen.inspect) originals.set(frozen.inspect, frozen);
  return frozen;
}

/** Whether a layer is one of this library, or a copy that computes the same. */
export function computesAsMade(layer: LayerMaths): boolean {
  const original = originals.get(layer.multiStep);
  return original !== undefined && computeAlike(layer, original);
}

/**
 * Whether a layer has an `inspect` that shows what its `multiStep` computes. A copy of a network
 * with another `multiStep` has none, unless `inspect` is another too.
 */
export function isInspectable<P, S>(layer: Layer<P, S>): boolean {
  const maths: LayerMaths = layer;
  if (typeof maths.inspect !== "function") return false;
  const original = originals.get(maths.inspect);
  return original === undefined || computeAlike(maths, original);
}
