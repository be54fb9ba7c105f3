import { assertAlmostEquals } from "@std/assert";
import { key } from "@spikeloop/random";
import { pendulum } from "@spikeloop/training";
import { observe, swing } from "./physics.ts";

Deno.test("the pole on the page swings as the library's pendulum does", () => {
  const task = pendulum();
  const [cosine, sine, speed] = task.reset(key(3));
  let pole = { angle: Math.atan2(sine, cosine), speed };
  for (let t = 0; t < 60; t++) {
    const torque = 3 * Math.sin(t); // beyond the motor's limit, too
    const { observation } = task.step([torque]);
    pole = swing(pole, torque);
    observe(pole).forEach((x, i) => assertAlmostEquals(x, observation[i], 1e-3));
  }
});

Deno.test("a push from outside is stronger than the motor", () => {
  const pole = { angle: Math.PI, speed: 0 };
  assertAlmostEquals(swing(pole, 2, 4).speed, 0.9, 1e-9);
});
