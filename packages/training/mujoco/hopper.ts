import { legBody, leggedTask, legMotors, torsoBody } from "./leg.ts";
import type { Mujoco } from "./mujoco.ts";
import {
  type MujocoEnvironment,
  mujocoEnvironment,
  type MujocoTask,
} from "./mujoco_environment.ts";

const leg = { side: "", footX: 0.13, soleX: 0.065, halfFoot: 0.195, friction: 2 };

const xml = `<mujoco>
<compiler angle="degree" inertiafromgeom="true"/>
<option timestep="0.002" integrator="RK4"/>
<size memory="1M"/>
<default>
  <joint armature="1" damping="1" limited="true"/>
  <geom contype="1" conaffinity="1" condim="1" margin="0.001" solref="0.02 1" solimp="0.8 0.8 0.01"/>
  <motor gear="200" ctrllimited="true" ctrlrange="-1 1"/>
</default>
<worldbody>
  <geom type="plane" size="20 20 0.125" condim="3"/>${torsoBody(legBody(leg))}
</worldbody>
<actuator>${legMotors("")}</actuator>
</mujoco>`;

const isWithin = (list: Float64Array, from: number) => {
  for (let i = from; i < list.length; i++) if (!(Math.abs(list[i]) < 100)) return false;
  return true;
};

/** The rules of `hopper`. */
export const hopperTask: MujocoTask = leggedTask({
  name: "Hopper-v5",
  xml,
  observations: 11,
  isHealthy: ({ qpos, qvel }) =>
    qpos[1] > 0.7 && Math.abs(qpos[2]) < 0.2 && isWithin(qpos, 2) && isWithin(qvel, 0),
});

/**
 * Makes Gymnasium's Hopper-v5: a leg in a plane that is to hop forwards.
 *
 *     reward = ẋ + 1 - 0.001 Σ u²
 *
 * 11 observations: height, torso angle, three joint angles, and the six velocities, limited to ±10.
 * 3 actions in [-1, 1]. The task ends when the height is not above 0.7 or the torso leans by 0.2,
 * and an episode after 1,000 steps of 0.008 s.
 *
 * @param mujoco The loaded module of the npm package `@mujoco/mujoco`.
 * @throws {TypeError} if it is none.
 *
 * @example
 * ```ts ignore
 * import loadMujoco from "npm:@mujoco/mujoco@3.14.0";
 * import { hopper } from "@spikeloop/training/mujoco";
 * import { key } from "@spikeloop/random";
 *
 * using env = hopper(await loadMujoco());
 * env.reset(key(0));
 * env.step([0.5, 0, -0.5]);
 * ```
 */
export function hopper(mujoco: Mujoco): MujocoEnvironment {
  return mujocoEnvironment(mujoco, hopperTask);
}
