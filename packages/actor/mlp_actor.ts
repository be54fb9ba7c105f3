import { popEncoder, type PopulationEncoder } from "@spikeloop/encoding";
import { checkOptions, fail, takeCount, takeList, takeOneOf } from "@spikeloop/errors";
import { type Layer, linear, sequential, stateless } from "@spikeloop/functional";
import { relu, reshape, tanh, type Tree } from "@spikeloop/tensor";
import { type ActorSpaces, spaceNames, takeActorSpaces } from "./action_spaces.ts";
import type { Actor } from "./actor.ts";
import { builtIn } from "./built_in_actors.ts";
import { makeLayerActor } from "./actor_from.ts";

/** The options of `mlpActor`. */
export interface MlpActorOptions extends ActorSpaces {
  /** Units of the hidden layers; [256, 256] if missing. */
  readonly hiddenSizes?: readonly number[];
  /** The function of the hidden units; `"relu"` if missing. */
  readonly activation?: "relu" | "tanh";
  /**
   * Units of a population encoder per number of the observation, as `ilcSan` has it with
   * `encode: "pop-raw"`; observations enter as they are if missing.
   */
  readonly encPopDim?: number;
  /** The first and the last centre of the encoder; [-3, 3] if missing. */
  readonly meanRange?: readonly [number, number];
  /** The width of the encoder's units; √0.15 if missing. */
  readonly std?: number;
}

const functions = { relu, tanh };

/**
 * Makes an actor that is a perceptron, to compare spiking actors with:
 *
 *     [encoder →] [linear → activation] per hidden layer → linear → head
 *
 * The parameters are `fc1.weight`, `fc1.bias`, ..., `out.weight`, `out.bias`, and those of the
 * encoder. They are drawn as PyTorch draws them.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { mlpActor } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = mlpActor({ obsDim: 3, actDim: 1, hiddenSizes: [64, 64], actLimit: 2 });
 * const action = actor.apply(actor.init(key(0)), tensor([[0.1, 0.9, -2]]));
 * assertEquals(action.shape, [1, 1]);
 * ```
 */
export function mlpActor(options: MlpActorOptions): Actor {
  const action = "make mlpActor";
  const encoderNames = ["encPopDim", "meanRange", "std"];
  checkOptions(action, options, [...spaceNames, "hiddenSizes", "activation", ...encoderNames]);
  const { hiddenSizes = [256, 256], encPopDim, meanRange, std } = options;
  const extra = meanRange !== undefined ? "meanRange" : std !== undefined ? "std" : undefined;
  if (extra !== undefined && encPopDim === undefined) {
    fail(action, `${extra} is of the encoder, expected encPopDim with it`);
  }
  const sizes = takeList(action, "hiddenSizes", hiddenSizes, takeCount);
  const activation = takeOneOf(action, "activation", options.activation ?? "relu", [
    "relu",
    "tanh",
  ]);
  const { observationSpace, head } = takeActorSpaces(action, options);
  const obsDim = observationSpace.low.length;
  const layers: Record<string, Layer> = {};
  let inFeatures = obsDim;
  if (encPopDim !== undefined) {
    const popDim = takeCount(action, "encPopDim", encPopDim);
    const encoder = popEncoder({ obsDim, popDim, timeSteps: 1, meanRange, std });
    inFeatures = encoder.features;
    layers.encoder = encoderLayer(encoder, obsDim);
  }
  sizes.forEach((outFeatures, i) => {
    layers[`fc${i + 1}`] = linear({ inFeatures, outFeatures });
    layers[`${activation}${i + 1}`] = stateless(functions[activation]);
    inFeatures = outFeatures;
  });
  layers.out = linear({ inFeatures, outFeatures: head.outputs });
  return builtIn(makeLayerActor(action, sequential(layers), options, {
    kind: "mlp",
    steps: 1,
    settings: { hiddenSizes: sizes, activation, ...encPopDim !== undefined && { encPopDim } },
  }));
}

/** The layer of an encoder, which has no state. */
function encoderLayer(encoder: PopulationEncoder, obsDim: number): Layer {
  const layer: Layer<ReturnType<typeof encoder.init>, Record<string, Tree>> = {
    kind: "population encoder",
    inFeatures: obsDim,
    outFeatures: encoder.features,
    init: (_key, placement) => encoder.init(placement),
    initialState: () => ({}),
    bind: (params) => (state, x) => [
      state,
      reshape(encoder.apply(params, x), [x.shape[0], encoder.features]),
    ],
    multiStep: (params, state, xSeq) => {
      const [steps, rows] = xSeq.shape;
      const y = encoder.apply(params, reshape(xSeq, [steps * rows, obsDim]));
      return [state, reshape(y, [steps, rows, encoder.features])];
    },
    rowParts: (params) => encoder.rowParts(params),
  };
  return layer as Layer;
}
