import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import {
  cartPoleSwingUp,
  type Environment,
  makeEnvironment,
  mountainCarContinuous,
  pendulum,
} from "./mod.ts";
import { cartPoleDynamics } from "./cart_pole_swing_up.ts";
import { mountainCarDynamics } from "./mountain_car.ts";
import { pendulumDynamics } from "./pendulum.ts";
import cartPole from "./testdata/cart_pole.json" with { type: "json" };
import golden from "./testdata/environments.json" with { type: "json" };

/** The environment started in a given state. */
function startedAt(name: string, [a, b]: number[]): Environment {
  const env = name === "Pendulum-v1"
    ? makeEnvironment({ ...pendulumDynamics, start: () => ({ angle: a, speed: b }) })
    : makeEnvironment({ ...mountainCarDynamics, start: () => ({ x: a, v: b }) });
  env.reset(key(0));
  return env;
}

Deno.test("observations, rewards and ends equal Gymnasium's over whole courses", () => {
  for (const c of golden.cases) {
    const env = startedAt(c.name, c.start);
    c.actions.forEach((action, t) => {
      const { observation, reward, terminated } = env.step([action]);
      observation.forEach((x, i) =>
        assertAlmostEquals(x, c.observations[t][i], 1e-6, `${c.name}, step ${t}`)
      );
      assertAlmostEquals(reward, c.rewards[t], 1e-6, `${c.name}, step ${t}`);
      assertEquals(terminated, c.terminated[t]);
    });
  }
});

Deno.test("cart and pole move as Gymnasium's do", () => {
  for (const { start: [x, v, angle, spin], actions, states } of cartPole.cases) {
    let state = { x, v, angle, spin };
    actions.forEach((action, t) => {
      ({ state } = cartPoleDynamics.advance(state, [action]));
      [state.x, state.v, state.angle, state.spin].forEach((got, i) =>
        assertAlmostEquals(got, states[t][i], 1e-9, `step ${t}`)
      );
    });
  }
});

Deno.test("swinging the pole up is rewarded, leaving the track ends the task", () => {
  const env = cartPoleSwingUp();
  env.reset(key(3));
  let last = env.step([1]);
  assertEquals(last.reward < 0.01, true);
  for (let t = 0; !last.terminated && t < 200; t++) last = env.step([1]);
  assertEquals([last.terminated, last.observation[0] > 2.4], [true, true]);
  const upright = { x: 0, v: 0, angle: 0, spin: 0 };
  assertEquals(cartPoleDynamics.advance(upright, [0]).reward, 1);
});

Deno.test("first states lie where Gymnasium draws them, and depend on the key alone", () => {
  const env = pendulum();
  for (let seed = 0; seed < 50; seed++) {
    const [x, y, speed] = env.reset(key(seed));
    assertAlmostEquals(x * x + y * y, 1, 1e-6);
    assertEquals(Math.abs(speed) <= 1, true);
    const [place, velocity] = mountainCarContinuous().reset(key(seed));
    assertEquals([place >= -0.6 && place < -0.4, velocity], [true, 0]);
  }
  assertEquals(env.reset(key(7)), pendulum().reset(key(7)));
});

Deno.test("an episode is cut, not ended, after its most steps", () => {
  const env = pendulum();
  env.reset(key(0));
  for (let t = 1; t < 200; t++) assertEquals(env.step([0]).truncated, false);
  const { truncated, terminated } = env.step([0]);
  assertEquals([truncated, terminated], [true, false]);
  assertThrows(() => env.step([0]), Error, "reset(key)");
});

Deno.test("actions beyond the range count as its ends, other nonsense is refused", () => {
  const [a, b] = [startedAt("Pendulum-v1", [1, 0]), startedAt("Pendulum-v1", [1, 0])];
  assertEquals(a.step([9]), b.step([2]));
  assertThrows(() => a.step([1, 2]), TypeError, "2 components, expected 1");
  assertThrows(() => a.step([NaN]), RangeError, "NaN");
  assertThrows(() => pendulum().step([0]), Error, "reset(key)");
});
