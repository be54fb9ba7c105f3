import { limit } from "../limit.ts";
import type { MujocoTask } from "./mujoco_environment.ts";
import type { Physics } from "./physics.ts";

/** The rules that hopper, walker and half-cheetah share. */
export interface Locomotion {
  /** Seconds of a step. */
  readonly dt: number;
  /** The cost of an action is this times the sum of its squares. */
  readonly controlCost: number;
  /** The limit of the velocities in observations, on both sides of 0. */
  readonly velocityLimit: number;
  /** The reward of a step in which the robot is healthy. */
  readonly healthyReward: number;
  /** Whether the robot stands; it always does if missing. */
  isHealthy?(physics: Physics): boolean;
}

/**
 * Makes the rules of a robot that is to run along x: it sees all positions but x, and all
 * velocities,
 *
 *     reward = ẋ + healthyReward - controlCost · Σ u²
 *
 * and the task ends when it is not healthy.
 */
export function locomotion(
  { dt, controlCost, velocityLimit, healthyReward, isHealthy = () => true }: Locomotion,
): Pick<MujocoTask, "observe" | "judge"> {
  return {
    observe: ({ qpos, qvel }) => [
      ...qpos.subarray(1),
      ...qvel.map((v) => limit(v, -velocityLimit, velocityLimit)),
    ],
    judge: (physics, action, before) => {
      const isWell = isHealthy(physics);
      const forward = (physics.qpos[0] - before[0]) / dt;
      const cost = controlCost * action.reduce((sum, u) => sum + u * u, 0);
      return { reward: forward + (isWell ? healthyReward : 0) - cost, terminated: !isWell };
    },
  };
}
