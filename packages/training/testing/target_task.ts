// Tasks of one step that agents learn in a second: to act as the observation says.
import { uniform } from "@spikeloop/random";
import { box, type Discrete, discrete, type Environment, makeEnvironment } from "../mod.ts";

/** Its spaces. */
export const targetSpaces = { observationSpace: box(1, -1, 1), actionSpace: box(1, -2, 2) };

/** The reward is -(o - a / 2)². */
export function targetTask(): Environment {
  return makeEnvironment({
    ...targetSpaces,
    name: "target",
    maxSteps: 1,
    start: (key) => uniform(key, [1], { min: -1, max: 1 }).item(),
    observe: (target) => [target],
    advance: (target, [a]) => ({
      state: target,
      reward: -((target - a / 2) ** 2),
      terminated: true,
    }),
  });
}

/** The reward is 1 for the choice of the third in which the observation lies. */
export function choiceTask(): Environment<Discrete> {
  return makeEnvironment({
    ...targetSpaces,
    actionSpace: discrete(3),
    name: "target choice",
    maxSteps: 1,
    start: (key) => uniform(key, [1], { min: -1, max: 1 }).item(),
    observe: (target) => [target],
    advance: (target, choice) => ({
      state: target,
      reward: Number(choice === Math.min(2, Math.floor(1.5 * (target + 1)))),
      terminated: true,
    }),
  });
}
