/**
 * Tasks of MuJoCo, equal to Gymnasium's v5. The simulator is the npm package `@mujoco/mujoco`,
 * which you load and pass: this package does not depend on it.
 *
 * ```ts ignore
 * import loadMujoco from "npm:@mujoco/mujoco@3.14.0";
 * import { hopper } from "@spikeloop/training/mujoco";
 *
 * using env = hopper(await loadMujoco());
 * ```
 *
 * @module
 */
export type { Mujoco, MujocoBuffer, MujocoData, MujocoModel } from "./mujoco.ts";
export type { Physics } from "./physics.ts";
export {
  type MujocoEnvironment,
  mujocoEnvironment,
  type MujocoTask,
  type Offsets,
} from "./mujoco_environment.ts";
export { invertedPendulum } from "./inverted_pendulum.ts";
export { invertedDoublePendulum } from "./inverted_double_pendulum.ts";
export { hopper } from "./hopper.ts";
export { halfCheetah } from "./half_cheetah.ts";
export { walker2d } from "./walker2d.ts";
