// The parts of an update of TD3 that another thread may compute.
import type { Actor } from "@spikeloop/actor";
import { cpu } from "@spikeloop/cpu";
import { takeNumber } from "@spikeloop/errors";
import type { LearningRate } from "@spikeloop/functional";
import type { Key } from "@spikeloop/random";
import { scoped, type Tensor } from "@spikeloop/tensor";
import type { ActorStep, ActorStepInput } from "../algorithms/actor_step.ts";
import { makeTarget, type TargetInput, type TargetOptions } from "../algorithms/td3_target.ts";
import type { TwinCritics } from "../twin_critics.ts";
import { describeActor } from "./describe_actor.ts";
import { makeTaskStarter } from "./task_starter.ts";
import { makeStepAtRate, stepLists, targetLists } from "./tasks.ts";

/** Makes a function that starts steps of an actor. */
export function makeStepAhead(
  actor: Actor,
  criticSizes: readonly number[],
  twins: TwinCritics,
  learningRate: LearningRate,
): (input: ActorStepInput, actor: Actor, key: Key) => ActorStep {
  const description = describeActor(actor);
  const start = makeTaskStarter("step", description && { actor: description, criticSizes });
  const lists = stepLists(actor.shapes, twins.shapes);
  const compute = scoped(cpu, makeStepAtRate(twins));
  return (input, actorNow, key) => {
    const { step } = input.optimizer;
    // A function of the user's is called once, now and not when a result is read.
    const rate = typeof learningRate === "function" ? learningRate(step + 1) : learningRate;
    takeNumber("run adam", "learningRate", rate, { min: 0 });
    const task = {
      numbers: [step, rate],
      inputs: lists.listInput(input),
      shapes: lists.shapes,
      own: lists.own,
      compute: () => lists.listStep(compute(rate, input, actorNow, key)),
    };
    return lists.readStep(start(task, actorNow === actor), step + 1);
  };
}

/** Makes a function that starts targets of batches. */
export function makeTargetAhead(
  actor: Actor,
  criticSizes: readonly number[],
  twins: TwinCritics,
  { targetNoise, noiseClip, scaleNoise, gamma }: TargetOptions,
): (input: TargetInput, key: Key, isForThread: boolean) => Tensor {
  const description = describeActor(actor);
  const options = { targetNoise, noiseClip, scaleNoise, gamma };
  const setup = description && { actor: description, criticSizes, options };
  const start = makeTaskStarter("target", setup);
  const lists = targetLists(actor.shapes, twins.shapes);
  const compute = scoped(cpu, makeTarget(actor, twins, options));
  return (input, key, isForThread) => {
    const task = {
      inputs: lists.listInput(input),
      shapes: [input.batch.reward.shape],
      compute: () => [compute(input, key)],
    };
    const [target] = start(task, isForThread);
    return target;
  };
}
