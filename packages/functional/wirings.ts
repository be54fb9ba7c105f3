import { takeCount } from "@spikeloop/errors";
import { type Neuron, takeParams } from "@spikeloop/neuron";
import { checkPopulation } from "./check_model.ts";
import { type ConnectionOptions, takeConnection } from "./connection.ts";
import type { WeightNames } from "./init_uniform.ts";
import { makePopulation, type Wiring } from "./make_population.ts";
import type { Population, PopulationOptions } from "./population.ts";

/** The options of `ilc`. */
export interface ILCOptions<
  P extends string = string,
  L extends string = P,
  B extends boolean = boolean,
> extends PopulationOptions<P, L> {
  /** The number of groups, one per dimension of the action. */
  readonly actDim: number;
  /** P, the units of each group. */
  readonly decPopDim: number;
  /** Mask, signs, bias and delay of the connection. All units of a group hear all if missing. */
  readonly connection?: ConnectionOptions<B>;
}

/** The options of `plain`. */
export interface UnitsOptions<P extends string = string, L extends string = P>
  extends PopulationOptions<P, L> {
  /** D. */
  readonly units: number;
}

/** The options of `dense`. */
export interface DenseOptions<
  P extends string = string,
  L extends string = P,
  B extends boolean = boolean,
> extends UnitsOptions<P, L> {
  /** Mask, signs, bias and delay of the connection. All units hear all if missing. */
  readonly connection?: ConnectionOptions<B>;
}

/**
 * Makes units in `actDim` groups of `decPopDim`. Every unit hears all units of its group, itself
 * included, one step later (the intra-layer connection of SpikingJelly's ILC neurons):
 *
 *     input[t] = x[t] + lateral[t],   lateral[0] = 0
 *     lateral[t+1][a·P + j] = bias[a·P + j] + Σₖ weight[a·P + j, 0, k] · spike[t][a·P + k]
 *
 * D = actDim · decPopDim, P = decPopDim; weight is [D, 1, P] and bias [D]. Gradients flow through
 * the connection. The option `connection` masks weights, fixes their signs, leaves the bias out, or
 * delays spikes.
 *
 * Source: Chen, Peng, Huang and Tian, "Fully Spiking Actor Network with Intralayer Connections for
 * Reinforcement Learning", IEEE TNNLS 2024, as implemented by SpikingJelly's `ILCBaseNode`.
 *
 * @throws {TypeError} if the model was not made with `defineNeuron`, as a copy with another part.
 * @throws {TypeError} if an option, or a name in `params` or `learn`, is unknown or of the wrong
 * kind.
 * @throws {RangeError} if a size is not a positive integer, or a parameter is out of the model's
 * bounds.
 * @throws {RangeError} if a mask holds numbers other than 0 and 1, a sign is neither 1 nor -1, or
 * the delay is not a positive integer.
 *
 * @example A custom control loop.
 * ```ts
 * import { ilc } from "@spikeloop/functional";
 * import { cubaLif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { ones, type Tensor } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const population = ilc(cubaLif, { actDim: 2, decPopDim: 3, params: { vThreshold: 0.5 } });
 * const step = population.bind(population.init(key(0)));
 * let state = population.initialState(1);
 * let spike: Tensor;
 * for (let t = 0; t < 3; t++) {
 *   [state, spike] = step(state, ones([1, 6]));
 *   assert(spike.shape[1] === 6);
 * }
 * ```
 */
export function ilc<
  S extends string,
  P extends string,
  const L extends string = never,
  const B extends boolean = true,
>(
  model: Neuron<S, P>,
  options: ILCOptions<NoInfer<P>, L, B>,
): Population<S | "lateral", NoInfer<L> | WeightNames<NoInfer<B>>> {
  const constants = checkPopulation("ilc", model, options, ["actDim", "decPopDim", "connection"]);
  const { actDim, decPopDim } = options;
  takeCount("make ilc", "actDim", actDim);
  takeCount("make ilc", "decPopDim", decPopDim);
  const wiring = { name: "ilc", units: actDim * decPopDim, group: decPopDim };
  return makePopulation(model, connect(wiring, options), options, constants);
}

/**
 * Makes units without connections: their input is x alone. Their state has no `lateral`, and their
 * params are the learned ones only, none if nothing is learned.
 *
 * @throws {TypeError} if the model was not made with `defineNeuron`, as a copy with another part.
 * @throws {TypeError} if an option, or a name in `params` or `learn`, is unknown or of the wrong
 * kind.
 * @throws {RangeError} if `units` is not a positive integer, or a parameter is out of the model's
 * bounds.
 *
 * @example A leak that is learned.
 * ```ts
 * import { plain } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { ones } from "@spikeloop/tensor";
 * import { assert } from "@std/assert";
 *
 * const population = plain(lif, { units: 4, learn: ["vDecay"] });
 * const params = population.init(key(0));
 * assert(params.vDecay.item() === 0.75);
 * const [, spikes] = population.multiStep(params, population.initialState(2), ones([5, 2, 4]));
 * assert(spikes.shape.join() === "5,2,4");
 * ```
 */
export function plain<S extends string, P extends string, const L extends string = never>(
  model: Neuron<S, P>,
  options: UnitsOptions<NoInfer<P>, L>,
): Population<S, NoInfer<L>> {
  const constants = checkPopulation("plain", model, options, ["units"]);
  const units = takeCount("make plain", "units", options.units);
  return makePopulation(model, { name: "plain", units, group: 0 }, options, constants);
}

/**
 * Makes units that all hear each other and themselves: one group of `ilc`. The weight is [D, 1, D],
 * and row d holds the weights to unit d; `reshape(weight, [D, D])` is the usual recurrent matrix.
 *
 * @throws {TypeError} if the model was not made with `defineNeuron`, as a copy with another part.
 * @throws {TypeError} if an option, or a name in `params` or `learn`, is unknown or of the wrong
 * kind.
 * @throws {RangeError} if `units` is not a positive integer, or a parameter is out of the model's
 * bounds.
 * @throws {RangeError} if a mask holds numbers other than 0 and 1, a sign is neither 1 nor -1, or
 * the delay is not a positive integer.
 *
 * @example
 * ```ts
 * import { dense } from "@spikeloop/functional";
 * import { integrateAndFire } from "@spikeloop/neuron";
 * import { key } from "@spikeloop/random";
 * import { assert } from "@std/assert";
 *
 * const population = dense(integrateAndFire, { units: 5 });
 * assert(population.init(key(0)).weight.shape.join() === "5,1,5");
 * ```
 */
export function dense<
  S extends string,
  P extends string,
  const L extends string = never,
  const B extends boolean = true,
>(
  model: Neuron<S, P>,
  options: DenseOptions<NoInfer<P>, L, B>,
): Population<S | "lateral", NoInfer<L> | WeightNames<NoInfer<B>>> {
  const constants = checkPopulation("dense", model, options, ["units", "connection"]);
  const units = takeCount("make dense", "units", options.units);
  const wiring = { name: "dense", units, group: units };
  return makePopulation(model, connect(wiring, options), options, constants);
}

/**
 * Makes `units` units in groups of `group` that all hear each other, as `ilc` without `connection`
 * does, or as `plain` does where `group` is 0. For packages that make populations of options that
 * they have checked: their programs bundle nothing of masks, signs, delays and those checks.
 *
 * @throws {TypeError} if a name in `params` is unknown, or its value of the wrong kind.
 * @throws {RangeError} if a parameter is out of the model's bounds.
 *
 * @example
 * ```ts
 * import { populationOf } from "@spikeloop/functional";
 * import { cubaLif } from "@spikeloop/neuron";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(populationOf(cubaLif, 6, 3).kind, "ilc cuba-lif");
 * assertEquals(populationOf(cubaLif, 6, 0).kind, "plain cuba-lif");
 * ```
 */
export function populationOf(
  model: Neuron,
  units: number,
  group: number,
  options: PopulationOptions = {},
): Population {
  const name = group === 0 ? "plain" : "ilc";
  const constants = takeParams(model, options.params);
  return makePopulation(model, { name, units, group }, options, constants);
}

/** Adds the connection in the options to a wiring. */
function connect(
  wiring: Wiring,
  { connection }: { readonly connection?: ConnectionOptions },
): Wiring {
  if (connection === undefined) return wiring;
  const { name, units, group } = wiring;
  return { ...wiring, connection: takeConnection(name, units, group, connection) };
}
