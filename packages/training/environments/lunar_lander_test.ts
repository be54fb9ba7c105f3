import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { Box, Discrete } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import type { Environment } from "../environment.ts";
import { limit } from "../limit.ts";
import { makeEnvironment } from "../make_environment.ts";
import {
  type Lander,
  type LanderObservation,
  lunarLander,
  lunarLanderDiscrete,
  lunarLanderDynamics,
} from "./lunar_lander.ts";

/** The wanted throttle and turn: slow down as the ground comes near, lean towards the pad. */
function steer([x, y, vx, vy, angle, spin]: LanderObservation): [throttle: number, turn: number] {
  const lean = limit(0.15 * x + 0.45 * vx, -0.35, 0.35) * (y > 0.5 ? 1 : 0.3);
  const wanted = -0.25 - 0.22 * y;
  const throttle = limit((1.62 + 2 * (wanted - vy)) / 4, 0, 1);
  return [throttle, limit(4 * (lean - angle) - 3 * spin, -1, 1)];
}

/** The return of an episode. */
function play<A extends Box | Discrete>(
  env: Environment<A, LanderObservation>,
  seed: number,
  choose: (observation: LanderObservation) => Parameters<typeof env.step>[0],
): number {
  let observation = env.reset(key(seed));
  let total = 0;
  for (;;) {
    const result = env.step(choose(observation));
    total += result.reward;
    observation = result.observation;
    if (result.terminated || result.truncated) return total;
  }
}

Deno.test("a simple controller lands on the pad, with both kinds of actions", () => {
  for (let seed = 0; seed < 8; seed++) {
    const total = play(lunarLander(), seed, (o) => {
      const [throttle, turn] = steer(o);
      return [2 * throttle - 1, turn];
    });
    assertGreater(total, 180, `seed ${seed}`);
    const discrete = play(lunarLanderDiscrete(), seed, (o) => {
      const [throttle, turn] = steer(o);
      return Math.abs(turn) > 0.3 ? (turn > 0 ? 1 : 3) : throttle > 0.4 ? 2 : 0;
    });
    assertGreater(discrete, 170, `seed ${seed}, discrete`);
    assertLess(play(lunarLander(), seed, () => [-1, 0]), 0, `seed ${seed}, falling`);
  }
});

Deno.test("rewards sum to the increase of the value, less the fuel", () => {
  const still: Lander = { x: 0, y: 5, vx: 0, vy: 0, angle: 0, spin: 0 };
  const { state, reward, terminated } = lunarLanderDynamics.advance(still, [1, 0]);
  assertAlmostEquals(state.vy, 0.05 * (4 - 1.62), 1e-12);
  assertAlmostEquals(reward, -10 * (0.05 * state.vy + state.vy) - 0.1, 1e-9);
  assertEquals(terminated, false);
});

Deno.test("the ground rewards a soft landing on the pad, and punishes a crash", () => {
  const low: Lander = { x: 0, y: 0.01, vx: 0, vy: -0.5, angle: 0, spin: 0 };
  const bonus = (parts: Partial<Lander>) => {
    const { reward, terminated, state } = lunarLanderDynamics.advance({ ...low, ...parts }, [
      -1,
      0,
    ]);
    return [Math.round(reward / 100), terminated, state.y];
  };
  assertEquals(bonus({}), [1, true, 0]);
  assertEquals(bonus({ x: 2 }), [0, true, 0]);
  const crashes = [{ vy: -1.2 }, { vx: 0.6 }, { angle: 0.3 }, { spin: 0.6 }];
  for (const crash of crashes) assertEquals(bonus(crash), [-1, true, 0]);
  assertEquals(bonus({ y: 5, x: 9.999, vx: 1 })[0], -1);
  assertEquals(bonus({ y: 19.99, vy: 2 })[0], -1);
  assertEquals(bonus({ y: 5, angle: 1.57, spin: 1 })[0], -1);
  assertEquals(bonus({ y: 5 })[1], false);
});

Deno.test("the landers start beside the pad and above it", () => {
  for (let seed = 0; seed < 20; seed++) {
    const [x, y, vx, vy, angle] = makeEnvironment(lunarLanderDynamics).reset(key(seed));
    assertEquals([Math.abs(x) <= 3, y, Math.abs(vx) <= 1, vy <= 0 && vy >= -1], [
      true,
      10,
      true,
      true,
    ]);
    assertEquals(Math.abs(angle) <= 0.2, true);
  }
});
