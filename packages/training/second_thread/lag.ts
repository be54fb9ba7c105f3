// The parts of an update of TD3 that another thread may compute.
import type { Actor } from "@spikeloop/actor";
import { cpu } from "@spikeloop/cpu";
import { takeNumber } from "@spikeloop/errors";
import { adam, type LearningRate } from "@spikeloop/functional";
import type { Key } from "@spikeloop/random";
import { scoped, type Tensor } from "@spikeloop/tensor";
import { type ActorStep, type ActorStepInput, makeActorStep } from "../algorithms/actor_step.ts";
import { makeTarget, type TargetInput, type TargetOptions } from "../algorithms/td3_target.ts";
import type { TwinCritics } from "../twin_critics.ts";
import { makeAhead } from "./ahead.ts";
import { describeActor } from "./describe_actor.ts";
import { type NetworkSetup, stepLists, targetLists, type TargetSetup } from "./tasks.ts";

type Sizes = Omit<NetworkSetup, "actor">;

/** Makes a function that begins steps of an actor. */
export function makeStepAhead(
  actor: Actor,
  sizes: Sizes,
  twins: TwinCritics,
  learningRate: LearningRate,
): (input: ActorStepInput, actor: Actor, key: Key) => ActorStep {
  const described = describeActor(actor);
  const begin = makeAhead("step", described && { ...sizes, actor: described });
  const lists = stepLists(actor.shapes, twins.shapes);
  let rateNow = 0;
  const compute = scoped(cpu, makeActorStep(twins, adam({ learningRate: () => rateNow })));
  return (input, actorNow, key) => {
    const { step } = input.optimizer;
    // A function of the user's is called once, now and not when a result is read.
    const rate = typeof learningRate === "function" ? learningRate(step + 1) : learningRate;
    takeNumber("run adam", "learningRate", rate, { min: 0 });
    const task = {
      numbers: [step, rate],
      inputs: lists.ofInput(input),
      shapes: lists.shapes,
      own: lists.own,
      compute: () => {
        rateNow = rate;
        return lists.ofStep(compute(input, actorNow, key));
      },
    };
    return lists.step(begin(task, actorNow === actor), step + 1);
  };
}

/** Makes a function that begins targets of batches. */
export function makeTargetAhead(
  actor: Actor,
  sizes: Sizes,
  twins: TwinCritics,
  options: TargetOptions,
): (input: TargetInput, key: Key, isForThread: boolean) => Tensor {
  const described = describeActor(actor);
  const { targetNoise, noiseClip, scaleNoise, gamma } = options;
  const setup: TargetSetup | undefined = described && {
    ...sizes,
    actor: described,
    options: { targetNoise, noiseClip, scaleNoise, gamma },
  };
  const begin = makeAhead("target", setup);
  const lists = targetLists(actor.shapes, twins.shapes);
  const compute = scoped(cpu, makeTarget(actor, twins, options));
  return (input, key, isForThread) => {
    const inputs = lists.ofInput(input);
    const shapes = [input.batch.reward.shape];
    const task = { inputs, shapes, compute: () => [compute(input, key)] };
    const [target] = begin(task, isForThread);
    return target;
  };
}
