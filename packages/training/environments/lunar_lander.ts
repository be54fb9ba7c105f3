import type { Box, Discrete } from "@spikeloop/actor";
import { split, uniform } from "@spikeloop/random";
import type { Environment } from "../environment.ts";
import { type Dynamics, makeEnvironment } from "../make_environment.ts";
import { sineCosine } from "./trigonometry.ts";

const gravity = 1.62;
/** The acceleration by the main engine at full throttle. */
const thrust = 4;
/** The angular acceleration by the jets. */
const twist = 2;
const dt = 0.05;
/** The sky ends here. */
const [border, ceiling] = [10, 20];

/** The state of the lander. */
export interface Lander {
  /** The place beside the middle of the pad. */
  readonly x: number;
  /** The height of the feet. */
  readonly y: number;
  /** The speed to the right. */
  readonly vx: number;
  /** The speed upwards. */
  readonly vy: number;
  /** The angle from upright, to the left. */
  readonly angle: number;
  /** The speed of that angle. */
  readonly spin: number;
}

/** Observations of the landers. */
export type LanderObservation = readonly [
  x: number,
  y: number,
  vx: number,
  vy: number,
  angle: number,
  spin: number,
];

/** The nearer, slower and more upright, the higher. */
function valueOf({ x, y, vx, vy, angle }: Lander): number {
  return -10 * (Math.sqrt(x * x + y * y) + Math.sqrt(vx * vx + vy * vy) + Math.abs(angle));
}

/** A step with the engine at a throttle in [0, 1], and the jets turning by a share in [-1, 1]. */
function fly(before: Lander, throttle: number, turn: number) {
  const [sine, cosine] = sineCosine(before.angle);
  const vx = before.vx - dt * thrust * throttle * sine;
  const vy = before.vy + dt * (thrust * throttle * cosine - gravity);
  const spin = before.spin + dt * twist * turn;
  const state: Lander = {
    x: before.x + dt * vx,
    y: Math.max(0, before.y + dt * vy),
    vx,
    vy,
    angle: before.angle + dt * spin,
    spin,
  };
  const tilt = Math.abs(state.angle);
  const isDown = state.y === 0;
  const isSoft = Math.abs(vx) <= 0.5 && vy >= -1 && tilt <= 0.2 && Math.abs(spin) <= 0.5;
  const isLost = Math.abs(state.x) > border || state.y > ceiling || tilt > Math.PI / 2;
  const bonus = isLost || (isDown && !isSoft) ? -100 : isDown && Math.abs(state.x) <= 1 ? 100 : 0;
  const fuel = 0.1 * throttle + 0.01 * Math.abs(turn);
  return {
    state,
    reward: valueOf(state) - valueOf(before) + bonus - fuel,
    terminated: isDown || isLost,
  };
}

const common: Omit<Dynamics<Lander, Box, LanderObservation>, "name" | "actionSpace" | "advance"> = {
  observationSpace: {
    low: [-2 * border, 0, -Infinity, -Infinity, -Math.PI, -Infinity],
    high: [2 * border, 2 * ceiling, Infinity, Infinity, Math.PI, Infinity],
  },
  maxSteps: 400,
  start: (key) => {
    const [placeKey, restKey] = split(key);
    const x = uniform(placeKey, [], { min: -3, max: 3 }).item();
    const [vx, fall, angle, spin] = uniform(restKey, [4], { min: -1, max: 1 }).dataSync();
    return { x, y: 10, vx, vy: -0.5 + 0.5 * fall, angle: 0.2 * angle, spin: 0.2 * spin };
  },
  observe: ({ x, y, vx, vy, angle, spin }) => [x, y, vx, vy, angle, spin],
};

/** The dynamics of `lunarLander`. */
export const lunarLanderDynamics: Dynamics<Lander, Box, LanderObservation> = {
  ...common,
  name: "LunarLander",
  actionSpace: { low: [-1, -1], high: [1, 1] },
  advance: (state, [main, turn]: [number, number]) => fly(state, (main + 1) / 2, turn),
};

/** The dynamics of `lunarLanderDiscrete`. */
const lunarLanderDiscreteDynamics: Dynamics<Lander, Discrete, LanderObservation> = {
  ...common,
  name: "LunarLanderDiscrete",
  actionSpace: { n: 4 },
  advance: (state, choice) =>
    fly(state, choice === 2 ? 1 : 0, choice === 1 ? 1 : choice === 3 ? -1 : 0),
};

/**
 * Makes a task in which a lander with one engine is to touch down gently on a pad on the moon. It
 * is like Gymnasium's LunarLander, with equations of its own: a rigid body without ground contact.
 *
 *     ẍ = -4 p sin θ,   ÿ = 4 p cos θ - 1.62,   θ̈ = 2 u₂,   p = (u₁ + 1) / 2
 *     value = -10 (|(x, y)| + |(ẋ, ẏ)| + |θ|)
 *     reward = increase of the value - 0.1 p - 0.01 |u₂| ± 100 at the end
 *
 * Both actions are in [-1, 1]: the throttle of the engine, and the turn to the left. The
 * observation is (x, y, ẋ, ẏ, θ, θ̇). The lander starts at the height 10, up to 3 beside the pad.
 * The task ends on the ground: with 100 on the pad (|x| <= 1), with 0 beside it, and with -100 for
 * a crash, |ẋ| > 0.5, ẏ < -1, |θ| > 0.2 or |θ̇| > 0.5. It also ends with -100 beyond |x| = 10,
 * y = 20 or |θ| = π / 2. An episode has at most 400 steps of 0.05 s. A good landing returns about
 * 200, falling about -70.
 *
 * @example
 * ```ts
 * import { lunarLander } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = lunarLander();
 * const [, height, , speed] = env.reset(key(0));
 * const { observation: [, , , faster] } = env.step([-1, 0]); // falling
 * assertEquals([height, faster < speed], [10, true]);
 * ```
 */
export function lunarLander(): Environment<Box, LanderObservation> {
  return makeEnvironment(lunarLanderDynamics);
}

/**
 * Makes `lunarLander` with four actions: nothing (0), turn left (1), full throttle (2), turn right
 * (3).
 *
 * @example
 * ```ts
 * import { lunarLanderDiscrete } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = lunarLanderDiscrete();
 * const [, , , speed] = env.reset(key(0));
 * const { observation: [, , , slower] } = env.step(2); // full throttle
 * assertEquals(slower > speed, true);
 * ```
 */
export function lunarLanderDiscrete(): Environment<Discrete, LanderObservation> {
  return makeEnvironment(lunarLanderDiscreteDynamics);
}
