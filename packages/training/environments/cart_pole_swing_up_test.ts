import { assertEquals } from "@std/assert";
import { key } from "@spikeloop/random";
import { cartPoleDynamics, cartPoleSwingUp } from "./cart_pole_swing_up.ts";

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
