import { box } from "@spikeloop/actor";
import type { Mujoco } from "./mujoco.ts";
import {
  type MujocoEnvironment,
  mujocoEnvironment,
  type MujocoTask,
} from "./mujoco_environment.ts";
import { uniformStart } from "./noise.ts";

const xml = `<mujoco>
<compiler inertiafromgeom="true"/>
<option timestep="0.02" integrator="RK4"/>
<size memory="1M"/>
<default>
  <joint limited="true" damping="1"/>
  <geom type="capsule" contype="0" friction="1 0.1 0.1"/>
</default>
<worldbody>
  <geom size="0.02 1" quat="1 0 1 0"/>
  <body>
    <joint name="cart" type="slide" axis="1 0 0" range="-1 1"/>
    <geom size="0.1 0.1" quat="1 0 1 0"/>
    <body>
      <joint axis="0 1 0" range="-90 90"/>
      <geom size="0.049" fromto="0 0 0 0.001 0 0.6"/>
    </body>
  </body>
</worldbody>
<actuator><motor joint="cart" gear="100" ctrllimited="true" ctrlrange="-3 3"/></actuator>
</mujoco>`;

/** The rules of `invertedPendulum`. */
export const invertedPendulumTask: MujocoTask = {
  name: "InvertedPendulum-v5",
  xml,
  frameSkip: 2,
  maxSteps: 1000,
  observationSpace: box(4),
  start: uniformStart(0.01),
  observe: ({ qpos, qvel }) => [...qpos, ...qvel],
  judge: ({ qpos, qvel }) => {
    const isUp = Math.abs(qpos[1]) <= 0.2 && qpos.every(isFinite) && qvel.every(isFinite);
    return { reward: isUp ? 1 : 0, terminated: !isUp };
  },
};

/**
 * Makes Gymnasium's InvertedPendulum-v5: keep the pole on a cart upright. A step is rewarded by 1
 * as long as the pole is within 0.2 of upright; else the task ends.
 *
 * 4 observations: position of the cart, angle of the pole, and their velocities. 1 action in
 * [-3, 3]. An episode has 1,000 steps of 0.04 s.
 *
 * @param mujoco The loaded module of the npm package `@mujoco/mujoco`.
 * @throws {TypeError} if it is none.
 */
export function invertedPendulum(mujoco: Mujoco): MujocoEnvironment {
  return mujocoEnvironment(mujoco, invertedPendulumTask);
}
