import { box } from "@spikeloop/actor";
import { sineCosine } from "../environments/trigonometry.ts";
import { limit } from "../limit.ts";
import type { Mujoco } from "./mujoco.ts";
import {
  type MujocoEnvironment,
  mujocoEnvironment,
  type MujocoTask,
} from "./mujoco_environment.ts";
import { normalStart } from "./noise.ts";

const pole = `<geom size="0.045" fromto="0 0 0 0 0 0.6"/>`;

// Gravity has a part along x, as in Gymnasium's model, so that no pole stands for ever.
const xml = `<mujoco>
<compiler inertiafromgeom="true"/>
<option timestep="0.01" integrator="RK4" gravity="1e-5 0 -9.81"/>
<size memory="1M"/>
<default>
  <joint damping="0.05" axis="0 1 0"/>
  <geom type="capsule" contype="0" friction="1 0.1 0.1"/>
</default>
<worldbody>
  <geom type="plane" size="40 40 40" pos="0 0 -3"/>
  <geom size="0.02 1" quat="1 0 1 0"/>
  <body>
    <joint name="cart" type="slide" axis="1 0 0" limited="true" range="-1 1" margin="0.01"/>
    <geom size="0.1 0.1" quat="1 0 1 0"/>
    <body>
      <joint/>${pole}
      <body pos="0 0 0.6">
        <joint/>${pole}<site pos="0 0 0.6" size="0.01"/>
      </body>
    </body>
  </body>
</worldbody>
<actuator><motor joint="cart" gear="500" ctrllimited="true" ctrlrange="-1 1"/></actuator>
</mujoco>`;

/** The rules of `invertedDoublePendulum`. */
export const invertedDoublePendulumTask: MujocoTask = {
  name: "InvertedDoublePendulum-v5",
  xml,
  frameSkip: 5,
  maxSteps: 1000,
  observationSpace: box(9),
  start: normalStart(0.1),
  observe: ({ qpos: [x, lower, upper], qvel, qfrcConstraint: [force] }) => {
    const [[lowerSine, lowerCosine], [upperSine, upperCosine]] = [lower, upper].map(sineCosine);
    return [x, lowerSine, upperSine, lowerCosine, upperCosine]
      .concat([...qvel, force].map((v) => limit(v, -10, 10)));
  },
  judge: ({ qvel: [, lower, upper], siteXpos: [x, , y] }) => {
    const terminated = y <= 1;
    const distance = 0.01 * x * x + (y - 2) ** 2;
    const speed = 1e-3 * lower * lower + 5e-3 * upper * upper;
    return { reward: (terminated ? 0 : 10) - distance - speed, terminated };
  },
};

/**
 * Makes Gymnasium's InvertedDoublePendulum-v5: keep two poles, one on the other, upright on a cart.
 *
 *     reward = 10 - 0.01 x² - (y - 2)² - 0.001 θ̇₁² - 0.005 θ̇₂²
 *
 * (x, y) is the tip of the upper pole; the task ends at y <= 1, where the 10 is left out.
 * 9 observations: position of the cart, sines and cosines of both angles, three velocities and the
 * force at the end of the track, all four limited to ±10. 1 action in [-1, 1]. An episode has 1,000
 * steps of 0.05 s. Good controllers return about 9,350.
 *
 * @param mujoco The loaded module of the npm package `@mujoco/mujoco`.
 * @throws {TypeError} if it is none.
 */
export function invertedDoublePendulum(mujoco: Mujoco): MujocoEnvironment {
  return mujocoEnvironment(mujoco, invertedDoublePendulumTask);
}
