import type { Discrete } from "@spikeloop/actor";
import { uniform } from "@spikeloop/random";
import type { Environment } from "../environment.ts";
import { type Dynamics, makeEnvironment } from "../make_environment.ts";
import { type CartPole, cartPoleDynamics } from "./cart_pole_swing_up.ts";

const { fround } = Math;
const border = 2.4;
const steepest = 12 * 2 * Math.PI / 360;

/** Observations of `cartPole`. */
export type CartPoleObservation = readonly [x: number, v: number, angle: number, spin: number];

/** The dynamics of `cartPole`. */
export const discreteCartPoleDynamics: Dynamics<CartPole, Discrete, CartPoleObservation> = {
  name: "CartPole-v1",
  observationSpace: {
    low: [-2 * border, -Infinity, -2 * steepest, -Infinity],
    high: [2 * border, Infinity, 2 * steepest, Infinity],
  },
  actionSpace: { n: 2 },
  maxSteps: 500,
  start: (key) => {
    const [x, v, angle, spin] = uniform(key, [4], { min: -0.05, max: 0.05 }).dataSync();
    return { x, v, angle, spin };
  },
  observe: ({ x, v, angle, spin }) => [fround(x), fround(v), fround(angle), fround(spin)],
  advance: (before, choice) => {
    const { state } = cartPoleDynamics.advance(before, [choice === 1 ? 1 : -1]);
    const terminated = Math.abs(state.x) > border || Math.abs(state.angle) > steepest;
    return { state, reward: 1, terminated };
  },
};

/**
 * Makes Gymnasium's CartPole-v1: keep the pole on a cart upright by pushing the cart to the left
 * (0) or to the right (1) with a force of 10. Every step is rewarded by 1.
 *
 *     observation = (x, ẋ, θ, θ̇)
 *
 * The task ends beyond |x| = 2.4 and |θ| = 12°, and an episode after 500 steps of 0.02 s. The
 * equations are those of `cartPoleSwingUp`.
 *
 * @example
 * ```ts
 * import { cartPole } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = cartPole();
 * env.reset(key(0));
 * const { observation: [, v], reward } = env.step(1);
 * assertEquals([v > 0.1, reward], [true, 1]);
 * ```
 */
export function cartPole(): Environment<Discrete, CartPoleObservation> {
  return makeEnvironment(discreteCartPoleDynamics);
}
