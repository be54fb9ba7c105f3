import { assertAlmostEquals, assertEquals } from "@std/assert";
import { key } from "@spikeloop/random";
import { cartPole as discreteCartPole, discreteCartPoleDynamics } from "./cart_pole.ts";
import { cartPoleDynamics } from "./cart_pole_swing_up.ts";
import type { Environment } from "../environment.ts";
import { makeEnvironment } from "../make_environment.ts";
import { mountainCarContinuous, mountainCarDynamics } from "./mountain_car.ts";
import { pendulum, pendulumDynamics } from "./pendulum.ts";
import cartPole from "./testdata/cart_pole.json" with { type: "json" };
import golden from "./testdata/environments.json" with { type: "json" };
import mountainCar from "./testdata/mountain_car.json" with { type: "json" };

/** The environment started in a state. */
function startedAt(name: string, [a, b]: number[]): Environment {
  const env = name === "Pendulum-v1"
    ? makeEnvironment({ ...pendulumDynamics, start: () => ({ angle: a, speed: b }) })
    : makeEnvironment({ ...mountainCarDynamics, start: () => ({ x: a, v: b }) });
  env.reset(key(0));
  return env;
}

Deno.test("observations, rewards and ends equal Gymnasium's over whole episodes", () => {
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

Deno.test("the mountain car has Gymnasium's bits, with actions out of range too", () => {
  for (const c of mountainCar.cases) {
    const env = startedAt("MountainCarContinuous-v0", c.start);
    c.actions.forEach((action, t) => {
      const { observation, reward, terminated } = env.step([action]);
      assertEquals(
        [[...observation], reward, terminated],
        [c.observations[t], c.rewards[t], c.terminated[t]],
        `start ${c.start}, step ${t}, action ${action}`,
      );
    });
  }
});

Deno.test("cart and pole move as Gymnasium's do", () => {
  for (const { start: [x, v, angle, spin], actions, states } of cartPole.cases) {
    let state = { x, v, angle, spin };
    actions.forEach((action, t) => {
      ({ state } = cartPoleDynamics.advance(state, [action]));
      [state.x, state.v, state.angle, state.spin].forEach((x, i) =>
        assertAlmostEquals(x, states[t][i], 1e-9, `step ${t}`)
      );
    });
  }
});

Deno.test("the discrete cart-pole pushes to both sides, and ends beyond 12°", () => {
  for (const { start: [x, v, angle, spin], actions, states } of cartPole.cases) {
    const start = () => ({ x, v, angle, spin });
    const env = makeEnvironment({ ...discreteCartPoleDynamics, start });
    env.reset(key(0));
    for (const [t, action] of actions.entries()) {
      const { observation, reward, terminated } = env.step(action === 1 ? 1 : 0);
      observation.forEach((x, i) => assertAlmostEquals(x, states[t][i], 1e-6, `step ${t}`));
      const [place, , tilt] = states[t];
      const isOver = Math.abs(place) > 2.4 || Math.abs(tilt) > 12 * Math.PI / 180;
      assertEquals([terminated, reward], [isOver, 1]);
      if (terminated) break;
    }
  }
  const starts = Array.from({ length: 50 }, (_, seed) => discreteCartPole().reset(key(seed)))
    .flat();
  assertEquals(starts.every((x) => Math.abs(x) <= 0.05), true);
});

Deno.test("first states are in Gymnasium's range, and depend on the key alone", () => {
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
