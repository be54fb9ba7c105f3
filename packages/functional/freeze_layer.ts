import type { RowPart } from "./row_parts.ts";

/** The maths of a layer of any params and state. */
interface LayerMaths {
  initialState(batch: number): unknown;
  multiStep(params: never, state: never, xSeq: never): unknown;
  rowParts?(params: unknown): readonly RowPart[] | undefined;
}

/**
 * Freezes a layer. A copy with another `multiStep` or `initialState`, as `{ ...layer, multiStep }`
 * makes it, has no row parts: those that it inherits are the maths of the original.
 */
export function freezeLayer<L extends LayerMaths>(layer: L): L {
  const { initialState, multiStep, rowParts } = layer;
  if (rowParts === undefined) return Object.freeze(layer);
  return Object.freeze({
    ...layer,
    rowParts(this: LayerMaths | undefined, params: unknown) {
      const isOriginal = this?.multiStep === multiStep && this.initialState === initialState;
      return isOriginal ? rowParts(params) : undefined;
    },
  });
}
