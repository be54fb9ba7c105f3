import type { Box } from "@spikeloop/actor";
import { uniform } from "@spikeloop/random";
import type { Environment } from "../environment.ts";
import { limit } from "../limit.ts";
import { type Dynamics, makeEnvironment } from "../make_environment.ts";
import { sineCosine } from "./trigonometry.ts";

const fround = Math.fround;
const power = fround(0.0015);
const maxSpeed = fround(0.07);
const [left, right] = [fround(-1.2), fround(0.6)];
const goal = fround(0.45);

/** Observations of `mountainCarContinuous`. */
export type MountainCarObservation = readonly [x: number, v: number];

/** The dynamics of `mountainCarContinuous`. */
export const mountainCarDynamics: Dynamics<
  { readonly x: number; readonly v: number },
  Box,
  MountainCarObservation
> = {
  name: "MountainCarContinuous-v0",
  observationSpace: { low: [left, -maxSpeed], high: [right, maxSpeed] },
  actionSpace: { low: [-1], high: [1] },
  maxSteps: 999,
  start: (key) => ({ x: uniform(key, [], { min: -0.6, max: -0.4 }).item(), v: 0 }),
  observe: ({ x, v }) => [x, v],
  // The cost is of the action as it was given.
  limitsActions: true,
  advance: ({ x, v }, [action]) => {
    const force = fround(action);
    const isLimited = Math.abs(force) > 1;
    // Gymnasium's limited force is a number of Python, and so this sum is in float64.
    const push = isLimited ? 0.0015 * Math.sign(force) : fround(force * power);
    const slope = 0.0025 * sineCosine(fround(3 * x))[1];
    const thrust = isLimited ? fround(push - slope) : fround(push - fround(slope));
    const speed = limit(fround(v + thrust), -maxSpeed, maxSpeed);
    const position = limit(fround(x + speed), left, right);
    const stopped = position === left && speed < 0 ? 0 : speed;
    const terminated = position >= goal && stopped >= 0;
    const reward = (terminated ? 100 : 0) - force * force * 0.1;
    return { state: { x: position, v: stopped }, reward, terminated };
  },
};

/**
 * Makes Gymnasium's MountainCarContinuous-v0. A car in a valley is too weak to drive straight up to
 * the flag, and has to gather speed first.
 *
 *     v ← v + 0.0015 · u - 0.0025 · cos 3x,   x ← x + v
 *     reward = 100 at x >= 0.45, less 0.1 u² per step,   observation = (x, v)
 *
 * |u| <= 1, |v| <= 0.07, x in [-1.2, 0.6], 999 steps. The state is float32, as in Gymnasium.
 *
 * @example
 * ```ts
 * import { mountainCarContinuous } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = mountainCarContinuous();
 * env.reset(key(0));
 * assertEquals(env.step([1]).reward, -0.1);
 * ```
 */
export function mountainCarContinuous(): Environment<Box, MountainCarObservation> {
  return makeEnvironment(mountainCarDynamics);
}
