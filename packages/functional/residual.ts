import { sameShape, showShape } from "@spikeloop/backend";
import { fail } from "@spikeloop/errors";
import { add, type Tensor, type Tree } from "@spikeloop/tensor";
import { freezeKnown } from "./known_layers.ts";
import type { Layer } from "./layer.ts";
import { takeLayer } from "./take_layers.ts";
import { takeResult } from "./take_result.ts";

/** A layer that adds its input to the output of another one. */
export interface Residual<P = Tree, S = Tree> extends Layer<P, S> {
  /** The other layer. */
  readonly layer: Layer<P, S>;
}

/**
 * Makes a layer that adds its input to the output of another layer: y = x + layer(x). Params and
 * state are those of the layer.
 *
 * @throws {TypeError} if the value is not a layer, its input and output have different sizes, or it
 * is a read-out.
 *
 * @example
 * ```ts
 * import { linear, residual } from "@spikeloop/functional";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const layer = residual(linear({ inFeatures: 1, outFeatures: 1, bias: false }));
 * const [, y] = layer.bind({ weight: tensor([[0.5]]) })(layer.initialState(1), tensor([[4]]));
 * assertEquals(y.item(), 6);
 * ```
 */
export function residual<P, S>(layer: Layer<P, S>): Residual<P, S> {
  const action = "make residual";
  takeLayer(action, "the layer", layer);
  const { kind = "layer", inFeatures, outFeatures, isReadOut } = layer;
  if (isReadOut) fail(action, `${kind} is a read-out, expected a layer that returns every step`);
  if (inFeatures !== undefined && typeof outFeatures === "number" && inFeatures !== outFeatures) {
    fail(
      action,
      `${kind} has inFeatures ${inFeatures} and outFeatures ${outFeatures}, expected the same`,
    );
  }
  const running = "run residual";
  const sum = (x: Tensor, y: Tensor) => {
    if (sameShape(x.shape, y.shape)) return add(x, y);
    const [made, input] = [y, x].map(({ shape }) => showShape(shape));
    return fail(running, `the layer makes ${made} of the input ${input}, expected the same shape`);
  };
  return freezeKnown<Residual<P, S>>({
    layer,
    kind: `residual ${kind}`,
    inFeatures: inFeatures ?? (typeof outFeatures === "number" ? outFeatures : undefined),
    outFeatures: "same",
    init: (key, placement) => layer.init(key, placement),
    initialState: (batch, placement) => layer.initialState(batch, placement),
    bind: (params) => {
      const step = layer.bind(params);
      return (state, x, options) => {
        const [next, y] = takeResult(running, step(state, x, options));
        return [next, sum(x, y)];
      };
    },
    multiStep: (params, state, xSeq, options) => {
      const [next, ySeq] = takeResult(running, layer.multiStep(params, state, xSeq, options));
      return [next, sum(xSeq, ySeq)];
    },
    rowParts: (params) => {
      const parts = layer.rowParts?.(params);
      return parts && [{ kind: "residual", parts }];
    },
  });
}
