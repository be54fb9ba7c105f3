import {
  checkOptions,
  fail,
  isRecord,
  refuse,
  takeCount,
  takeFunction,
  takeText,
} from "@spikeloop/errors";
import {
  isInspectable,
  type Layer,
  type Network,
  type Population,
  takeResult,
  trackBatchNorm,
  type TrackedNetwork,
} from "@spikeloop/functional";
import { key as makeKey, split, takeKey } from "@spikeloop/random";
import { showShape } from "@spikeloop/backend";
import {
  checkTensor,
  repeatSteps,
  reshape,
  type Tensor,
  type Tree,
  treeLeaves,
} from "@spikeloop/tensor";
import { headParams, headShapes } from "./action_head.ts";
import { type ActorSpaces, spaceNames, takeActorSpaces } from "./action_spaces.ts";
import type { Actor, ActorParams, ApplyActorOptions } from "./actor.ts";
import { checkParamsReadable, makeBoundActor, outputsByTensors } from "./bind_actor.ts";
import { rowPlan } from "./plan/row_plan.ts";
import { checkParams, leafNames, treeOf } from "./flat_params.ts";

/** The options of `actorFrom`. */
export interface ActorFromOptions extends ActorSpaces {
  /** T: the observation enters the network at so many steps; 1 if missing. */
  readonly timeSteps?: number;
  /** The name of its kind, for messages and files; `"network"` if missing. */
  readonly kind?: string;
}

/**
 * Makes an actor of a layer or network of your own. The observation enters at every step, and the
 * network ends with a read-out: its outputs [N, F] are the numbers u of
 *
 *     action = (high + low) / 2 + (high - low) / 2 · tanh u
 *
 * or the logits of choices. F is the number of components, of choices, or with
 * `logStd: "network"` twice the number of components. A network that is no read-out runs one step.
 * Names of parameters are the paths in the network's own, such as `fc1.weight`.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind, or the network's sizes
 * are not those of the spaces; the message names both.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { actorFrom } from "@spikeloop/actor";
 * import { linear, plain, readOut, sequential } from "@spikeloop/functional";
 * import { leakyIntegrator, lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { assert } from "@std/assert";
 *
 * const network = sequential({
 *   fc1: linear({ inFeatures: 3, outFeatures: 16 }),
 *   hidden: plain(lif, { units: 16 }),
 *   fc2: linear({ inFeatures: 16, outFeatures: 1 }),
 *   out: plain(leakyIntegrator, { units: 1 }),
 *   last: readOut("last"),
 * });
 * const actionSpace = { low: [0], high: [5] };
 * const actor = actorFrom(network, { obsDim: 3, actionSpace, timeSteps: 4 });
 * const [action] = actor.bind(actor.init(key(0))).act([0.1, 0.9, -2]);
 * assert(action > 0 && action < 5);
 * ```
 */
export function actorFrom<P extends Tree, S extends Tree>(
  layer: Layer<P, S>,
  options: ActorFromOptions,
): Actor {
  const action = "make actorFrom";
  checkOptions(action, options, [...spaceNames, "timeSteps", "kind"]);
  const steps = takeCount(action, "timeSteps", options.timeSteps ?? 1);
  const kind = takeText(action, "kind", options.kind ?? "network");
  return makeLayerActor(action, layer as Layer, options, { kind, steps });
}

/** Makes the actor of a layer; `settings` are the further options for files. */
export function makeLayerActor(
  action: string,
  layer: Layer,
  spaces: ActorSpaces,
  { kind, steps, settings = {} }: {
    readonly kind: string;
    readonly steps: number;
    readonly settings?: Readonly<Record<string, unknown>>;
  },
): Actor {
  for (const name of ["init", "initialState", "multiStep"] as const) {
    takeFunction(action, `layer.${name}`, layer?.[name], "a layer such as sequential({ ... })");
  }
  const { observationSpace, head } = takeActorSpaces(action, spaces);
  const obsDim = observationSpace.low.length;
  if (layer.inFeatures !== undefined) takeCount(action, "layer.inFeatures", layer.inFeatures);
  if (layer.inFeatures !== undefined && layer.inFeatures !== obsDim) {
    fail(
      action,
      `layer.inFeatures is ${layer.inFeatures}, expected ${obsDim} for its observations`,
    );
  }
  if (typeof layer.outFeatures === "number" && layer.outFeatures !== head.outputs) {
    fail(
      action,
      `layer.outFeatures is ${layer.outFeatures}, expected ${head.outputs} for its actions`,
    );
  }
  if (steps > 1 && !layer.isReadOut) {
    refuse(action, "timeSteps", steps, "1, or a network that ends with readOut(...)");
  }
  const tracked = hasBatchNorm(action, layer) ? trackBatchNorm(layer) : undefined;
  const own: Layer = tracked ?? layer;
  const template = own.init(makeKey(0));
  const leaves = treeLeaves(template, "the network's params");
  const names = leafNames(template);
  const shapes: Record<string, readonly number[]> = {};
  names.forEach((name, i) => shapes[name] = leaves[i].shape);
  Object.assign(shapes, headShapes(head));
  const allNames = Object.keys(shapes);
  const running = `run the actor ${kind}`;

  /** Checks a call, and returns the arguments of `multiStep`. */
  const begin = (params: ActorParams, observation: Tensor, options?: ApplyActorOptions) => {
    checkParams(running, params, shapes, allNames);
    if (options !== undefined) checkOptions(running, options, ["key", "training"]);
    checkTensor(running, "the observation", observation);
    const rows = observation.size / obsDim;
    if (observation.shape.at(-1) !== obsDim || observation.shape.length > 2) {
      const shape = showShape(observation.shape);
      fail(running, `the observation has shape ${shape}, expected [N, ${obsDim}]`);
    }
    const x = repeatSteps(reshape(observation, [rows, obsDim]), steps);
    const { key, training } = options ?? {};
    const keys = key === undefined ? undefined : split(takeKey(running, "key", key), steps);
    const state = own.initialState(rows, { backend: observation.backend });
    const run = keys === undefined && !training ? undefined : { key: keys, training };
    return [treeOf(template, names, params), state, x, run] as const;
  };
  const outputsOf = (layer: Layer, [tree, state, x, run]: ReturnType<typeof begin>) => {
    const [, y] = takeResult(running, layer.multiStep(tree, state, x, run));
    const [, rows] = x.shape;
    if (y.size !== rows * head.outputs) {
      fail(
        running,
        `the network returned shape ${showShape(y.shape)}, expected [${rows}, ${head.outputs}]`,
      );
    }
    return reshape(y, [rows, head.outputs]);
  };
  const outputs = (params: ActorParams, observation: Tensor, options?: ApplyActorOptions) =>
    outputsOf(own, begin(params, observation, options));
  /** The parameters with those of a tree. */
  const flat = (tree: Tree, params: ActorParams): ActorParams => {
    const values = treeLeaves(tree);
    return { ...params, ...Object.fromEntries(names.map((name, i) => [name, values[i]])) };
  };
  const plan = rowPlan(obsDim, head, steps);
  const network = isInspectable(own) ? own : undefined;
  const spiking = spikingLayers(network);
  const { space: actionSpace, logStd } = head;

  return Object.freeze<Actor>({
    kind,
    observationSpace,
    actionSpace,
    head,
    shapes,
    init: (key, placement) => {
      const tree = own.init(takeKey(`make the parameters of ${kind}`, "key", key), placement);
      const values = treeLeaves(tree);
      return {
        ...Object.fromEntries(names.map((name, i) => [name, values[i]])),
        ...headParams(head, placement),
      };
    },
    apply: (params, observation, options) => head.action(outputs(params, observation, options)),
    ...head.isStochastic && {
      distribution: (params, observation, options) =>
        head.distribution(outputs(params, observation, options), params),
    },
    ...network !== undefined && spiking.length > 0 && {
      spikes: (params, observation, options) => {
        const [tree, state, x, run] = begin(params, observation, options);
        const { layers } = network.inspect(tree, state, x, run);
        return Object.fromEntries(spiking.map((name) => [name, layers[name]]));
      },
    },
    ...tracked && {
      calibrate: (params, observations, options) => {
        const batches = observations.map((x) => begin(params, x, options)[2]);
        const [tree, , , run] = begin(params, observations[0], options);
        return flat(tracked.calibrate(tree as TrackedParams, batches, run), params);
      },
      track: (params, observation, options) => {
        const [tree, , x, run] = begin(params, observation, options);
        return flat(tracked.track(tree as TrackedParams, x, run), params);
      },
    },
    bind: (params) => {
      checkParams(running, params, shapes, allNames);
      checkParamsReadable(`bind the actor ${kind}`, params);
      const tree = treeOf(template, names, params);
      const folded = tracked?.fold(tree as TrackedParams);
      const bound = (tracked?.plain ?? own) as Layer;
      const run = plan(bound.rowParts?.(folded ?? tree)) ?? outputsByTensors(obsDim, (x, key) => {
        const [, ...rest] = begin(params, x, key && { key });
        return outputsOf(bound, [folded ?? tree, ...rest]);
      });
      return makeBoundActor(obsDim, head, params, run);
    },
    loadStateDict: (state) => {
      checkParams(`load the parameters of ${kind}`, state, shapes, allNames);
      return { ...state };
    },
    toJSON: () => ({
      kind,
      obsDim,
      actionSpace,
      ...logStd && { logStd },
      ...settings,
      timeSteps: steps,
      shapes,
    }),
  });
}

type TrackedParams = ReturnType<TrackedNetwork["init"]>;

/**
 * Whether a layer is a network of `sequential` with a batch normalization.
 *
 * @throws {TypeError} if it has one further inside, whose statistics nothing would keep.
 */
function hasBatchNorm(action: string, layer: Layer): layer is Network {
  const inner = innerLayers(layer);
  const isOuter = layer.kind === "sequential";
  const deeper = isOuter ? inner.flatMap(innerLayers) : [layer];
  if (deeper.some(holdsBatchNorm)) {
    fail(
      action,
      "a batch normalization is inside of another layer, expected it in the outermost sequential",
    );
  }
  return isOuter && inner.some(isBatchNorm);
}

const isBatchNorm = ({ kind }: Layer) => kind === "batch norm";
const holdsBatchNorm = (layer: Layer): boolean =>
  isBatchNorm(layer) || innerLayers(layer).some(holdsBatchNorm);

/** The layers of a network, or the layer of a residual one. */
function innerLayers(layer: Layer): Layer[] {
  const { layers, layer: inner } = layer as { readonly layers?: unknown; readonly layer?: unknown };
  if (isRecord(layers)) return Object.values(layers) as Layer[];
  return isRecord(inner) ? [inner as unknown as Layer] : [];
}

/** The names of the layers of a network that spike; a layer of the user's own may list none. */
function spikingLayers(network: Layer | undefined): string[] {
  return Object.entries((network as Partial<Network> | undefined)?.layers ?? {})
    .filter(([, layer]) => (layer as Partial<Population>).model?.fire !== undefined)
    .map(([name]) => name);
}
