import type { cubaLif } from "@spikeloop/neuron";
import type { Tensor } from "@spikeloop/tensor";
import type { ActOptions } from "./activity.ts";
import type { ILCSanParams } from "./actor_params.ts";
import { claim, type ILCSan } from "./actor_of.ts";
import { checkParamsReadable, makeBoundActor, outputsByTensors } from "./bind_actor.ts";
import { builtIn } from "./built_in_actors.ts";
import { IlcSanParts } from "./ilc_san_parts.ts";
import { rowPlan } from "./plan/row_plan.ts";
import { type ILCSanOptions, plainOptions, resolveActorOptions } from "./options.ts";

/**
 * Makes a spiking actor network with intra-layer connections (ILC-SAN):
 *
 *     population encoder → [linear → CUBA-LIF] per hidden layer → linear → ILC CUBA-LIF → decoder
 *       → actLimit · tanh
 *
 * Unless the options say otherwise, all neurons have the thresholds and decays of SpikingJelly's
 * example and the surrogate `rect`. Every call starts at rest.
 *
 * With the option `noise`, actions explore by coloured noise, as those of SpikingJelly's NoisySAN:
 * on the input and the output of every population, and on the membrane of the decoder, where the
 * parameter sigma scales it. An actor hears the noise that a call passes to it.
 *
 * Source: Chen, Peng, Huang and Tian, "Fully Spiking Actor Network with Intralayer Connections for
 * Reinforcement Learning", IEEE TNNLS 2024; SpikingJelly's examples/ILC-SAN.
 *
 * @throws {TypeError} if an option is unknown, missing or of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { ilcSan } from "@spikeloop/actor";
 * import { key } from "@spikeloop/random";
 * import { tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [16], actLimit: 2 });
 * const action = actor.apply(actor.init(key(0)), tensor([[0.1, 0.9, -2]]));
 * assertEquals(action.shape, [1, 1]);
 * ```
 */
export function ilcSan<P extends string = keyof typeof cubaLif.params>(
  options: ILCSanOptions<P>,
): ILCSan {
  const resolved = resolveActorOptions(options as ILCSanOptions);
  const { options: o, observationSpace, head } = resolved;
  const parts = new IlcSanParts(resolved);
  const { layout, tracked } = parts;
  const plan = rowPlan(o.obsDim, head, o.timeSteps);
  /** Checks parameters that are about to run, and notes their actor. */
  const take = (params: ILCSanParams) => {
    layout.check("run ilcSan", params);
    return claim(params, actor);
  };
  const run = (params: ILCSanParams, obs: Tensor, options: ActOptions | undefined) =>
    parts.run(take(params), obs, options);

  const actor: ILCSan = Object.freeze<ILCSan>({
    kind: "ilc-san",
    options: o,
    observationSpace,
    actionSpace: head.space,
    head,
    shapes: layout.shapes,
    init: (key, placement = {}) => claim(layout.init(key, placement), actor),
    apply: (params, obs, options) => head.action(run(params, obs, options)),
    ...head.isStochastic && {
      distribution: (params, obs, options) => head.distribution(run(params, obs, options), params),
    },
    spikes: (params, obs, options) => {
      const { encoded, spikes } = actor.applyWithSpikes(params, obs, options);
      const names = parts.spiking;
      return { encoder: encoded, ...Object.fromEntries(spikes.map((x, i) => [names[i], x])) };
    },
    bind: (params) => {
      layout.check("bind ilcSan", params);
      checkParamsReadable("bind ilcSan", params);
      claim(params, actor);
      const one = plan(parts.rowParts(params)) ??
        outputsByTensors(o.obsDim, (x, key) => run(params, x, key && { key }));
      return makeBoundActor(o.obsDim, head, params, one);
    },
    applyWithSpikes: (params, obs, options) => {
      const activity = parts.inspect(take(params), obs, options);
      return { ...activity, action: head.action(activity.decoded) };
    },
    ...tracked && {
      calibrate: (params, observations, options) => {
        layout.check("follow statistics", params);
        const batches = parts.encodeAll(params, observations, options);
        const body = tracked.calibrate(layout.body(params), batches);
        return claim(layout.withBody(params, body), actor);
      },
      track: (params, observation, options) => {
        layout.check("follow statistics", params);
        const [batch] = parts.encodeAll(params, [observation], options);
        return claim(layout.withBody(params, tracked.track(layout.body(params), batch)), actor);
      },
    },
    fold: (params) => {
      layout.check("fold the parameters of ilcSan", params);
      return tracked ? layout.withBody(params, tracked.fold(layout.body(params))) : params;
    },
    drawNoise: (key, count) => parts.noise.draw(key, count),
    loadStateDict: (state) => {
      layout.check("load the parameters of ilcSan", state);
      return claim({ ...state }, actor);
    },
    toJSON: () => ({ kind: "ilc-san", ...plainOptions(o) }),
  });
  return builtIn(actor);
}
