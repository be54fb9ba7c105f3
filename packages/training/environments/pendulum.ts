import type { Box } from "@spikeloop/actor";
import { uniform } from "@spikeloop/random";
import type { Environment } from "../environment.ts";
import { limit } from "../limit.ts";
import { type Dynamics, makeEnvironment } from "../make_environment.ts";
import { sineCosine } from "./trigonometry.ts";

const gravity = 10;
const dt = 0.05;
const maxSpeed = 8;
const maxTorque = 2;
const fround = Math.fround;

/** An angle in [-π, π). */
function wrap(angle: number): number {
  const turn = 2 * Math.PI;
  const shifted = (angle + Math.PI) % turn;
  return (shifted < 0 ? shifted + turn : shifted) - Math.PI;
}

/** Observations of `pendulum`. */
export type PendulumObservation = readonly [cosine: number, sine: number, speed: number];

/** The dynamics of `pendulum`. */
export const pendulumDynamics: Dynamics<
  { readonly angle: number; readonly speed: number },
  Box,
  PendulumObservation
> = {
  name: "Pendulum-v1",
  observationSpace: { low: [-1, -1, -maxSpeed], high: [1, 1, maxSpeed] },
  actionSpace: { low: [-maxTorque], high: [maxTorque] },
  maxSteps: 200,
  start: (key) => {
    const [angle, speed] = uniform(key, [2], { min: -1, max: 1 }).dataSync();
    return { angle: angle * Math.PI, speed };
  },
  observe: ({ angle, speed }) => {
    const [sine, cosine] = sineCosine(angle);
    return [fround(cosine), fround(sine), fround(speed)];
  },
  advance: ({ angle, speed }, action) => {
    const torque = limit(fround(action[0]), -maxTorque, maxTorque);
    const effort = fround(fround(0.001) * fround(torque * torque));
    const away = wrap(angle);
    const reward = -(away * away + 0.1 * speed * speed + effort);
    const acceleration = 3 * gravity / 2 * sineCosine(angle)[0] + fround(3 * torque);
    const next = limit(speed + acceleration * dt, -maxSpeed, maxSpeed);
    return { state: { angle: angle + next * dt, speed: next }, reward, terminated: false };
  },
};

/**
 * Makes Gymnasium's Pendulum-v1: swing up a pole of length and mass 1, and hold it. The torque is
 * too weak to lift the pole at once.
 *
 *     θ̈ = 3g/2 · sin θ + 3u,   reward = -(θ² + 0.1 θ̇² + 0.001 u²)
 *     observation = (cos θ, sin θ, θ̇)
 *
 * θ is 0 when upright, g = 10, one step is 0.05 s, |θ̇| <= 8, |u| <= 2, 200 steps. Random actions
 * return about -1,200 per episode, a good controller about -150. As in Gymnasium, the action is
 * float32 and the state is float64.
 *
 * @example
 * ```ts
 * import { pendulum } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = pendulum();
 * env.reset(key(0));
 * const { reward, truncated } = env.step([0.5]);
 * assertEquals([reward <= 0, truncated], [true, false]);
 * ```
 */
export function pendulum(): Environment<Box, PendulumObservation> {
  return makeEnvironment(pendulumDynamics);
}
