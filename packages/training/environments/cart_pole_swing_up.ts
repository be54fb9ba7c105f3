import type { Box } from "@spikeloop/actor";
import { uniform } from "@spikeloop/random";
import type { Environment } from "../environment.ts";
import { limit } from "../limit.ts";
import { type Dynamics, makeEnvironment } from "../make_environment.ts";
import { sineCosine } from "./trigonometry.ts";

const gravity = 9.8;
const poleMass = 0.1;
const totalMass = 1.1;
const halfLength = 0.5;
const strength = 10;
const dt = 0.02;
const border = 2.4;
const { fround } = Math;

/** The state of cart and pole. */
export interface CartPole {
  /** The position of the cart. */
  readonly x: number;
  /** The speed of the cart. */
  readonly v: number;
  /** The angle of the pole from upright. */
  readonly angle: number;
  /** The angular speed of the pole. */
  readonly spin: number;
}

/** Observations of `cartPoleSwingUp`. */
export type SwingUpObservation = readonly [
  x: number,
  v: number,
  cosine: number,
  sine: number,
  spin: number,
];

/** The dynamics of `cartPoleSwingUp`. */
export const cartPoleDynamics: Dynamics<CartPole, Box, SwingUpObservation> = {
  name: "CartPoleSwingUp",
  observationSpace: {
    // As Gymnasium's: the last observation is beyond the border.
    low: [-2 * border, -Infinity, -1, -1, -Infinity],
    high: [2 * border, Infinity, 1, 1, Infinity],
  },
  actionSpace: { low: [-1], high: [1] },
  maxSteps: 500,
  start: (key) => {
    const [x, v, tilt, spin] = uniform(key, [4], { min: -0.05, max: 0.05 }).dataSync();
    return { x, v, angle: Math.PI + tilt, spin };
  },
  observe: ({ x, v, angle, spin }) => {
    const [sine, cosine] = sineCosine(angle);
    return [fround(x), fround(v), fround(cosine), fround(sine), fround(spin)];
  },
  advance: ({ x, v, angle, spin }, action) => {
    const force = strength * limit(action[0], -1, 1);
    const [sine, cosine] = sineCosine(angle);
    const moment = poleMass * halfLength;
    const push = (force + moment * spin * spin * sine) / totalMass;
    const twist = (gravity * sine - cosine * push) /
      (halfLength * (4 / 3 - poleMass * cosine * cosine / totalMass));
    const pull = push - moment * twist * cosine / totalMass;
    const state = {
      x: x + dt * v,
      v: v + dt * pull,
      angle: angle + dt * spin,
      spin: spin + dt * twist,
    };
    const reward = (1 + sineCosine(state.angle)[1]) / 2;
    return { state, reward, terminated: Math.abs(state.x) > border };
  },
};

/**
 * Makes a task in which a cart on a track swings up the pole that hangs from it, and holds it. Cart
 * and pole have the equations of Gymnasium's CartPole-v1 (Barto, Sutton and Anderson, 1983). The
 * task differs: the force is 10 u for any u in [-1, 1], the pole starts hanging, and
 *
 *     reward = (1 + cos θ) / 2,   observation = (x, ẋ, cos θ, sin θ, θ̇)
 *
 * The task ends beyond |x| = 2.4, and an episode after 500 steps of 0.02 s. The worst return is 0,
 * and 500 is out of reach.
 *
 * @example
 * ```ts
 * import { cartPoleSwingUp } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = cartPoleSwingUp();
 * const [, , cosine] = env.reset(key(0));
 * assertEquals(cosine < -0.99, true); // hanging
 * ```
 */
export function cartPoleSwingUp(): Environment<Box, SwingUpObservation> {
  return makeEnvironment(cartPoleDynamics);
}
