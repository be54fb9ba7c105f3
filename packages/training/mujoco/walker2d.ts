import { legBody, leggedTask, legMotors, torsoBody } from "./leg.ts";
import type { Mujoco } from "./mujoco.ts";
import {
  type MujocoEnvironment,
  mujocoEnvironment,
  type MujocoTask,
} from "./mujoco_environment.ts";

const foot = { footX: 0.2, soleX: 0.1, halfFoot: 0.1, friction: 1.9 };
const right = legBody({ side: "_right", ...foot });
const left = legBody({ side: "_left", ...foot });

const xml = `<mujoco>
<compiler angle="degree" inertiafromgeom="true"/>
<option timestep="0.002" integrator="RK4"/>
<size memory="1M"/>
<default>
  <joint armature="0.01" damping="0.1" limited="true"/>
  <geom contype="1" conaffinity="0" condim="3" friction="0.7 0.1 0.1" density="1000"/>
  <motor gear="100" ctrllimited="true" ctrlrange="-1 1"/>
</default>
<worldbody>
  <geom type="plane" size="40 40 40" conaffinity="1"/>${torsoBody(right + left)}
</worldbody>
<actuator>${legMotors("_right")}${legMotors("_left")}</actuator>
</mujoco>`;

/** The rules of `walker2d`. */
export const walker2dTask: MujocoTask = leggedTask({
  name: "Walker2d-v5",
  xml,
  observations: 17,
  isHealthy: ({ qpos: [, z, angle] }) => z > 0.8 && z < 2 && Math.abs(angle) < 1,
});

/**
 * Makes Gymnasium's Walker2d-v5: two legs in a plane that are to walk forwards.
 *
 *     reward = ẋ + 1 - 0.001 Σ u²
 *
 * 17 observations: height, torso angle, six joint angles, and the nine velocities, limited to ±10.
 * 6 actions in [-1, 1]. The task ends when the height leaves (0.8, 2) or the torso leans by 1, and
 * an episode after 1,000 steps of 0.008 s.
 *
 * @param mujoco The loaded module of the npm package `@mujoco/mujoco`.
 * @throws {TypeError} if it is none.
 */
export function walker2d(mujoco: Mujoco): MujocoEnvironment {
  return mujocoEnvironment(mujoco, walker2dTask);
}
