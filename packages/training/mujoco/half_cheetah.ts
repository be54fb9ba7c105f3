import { box } from "@spikeloop/actor";
import { locomotion } from "./locomotion.ts";
import type { Mujoco } from "./mujoco.ts";
import {
  type MujocoEnvironment,
  mujocoEnvironment,
  type MujocoTask,
} from "./mujoco_environment.ts";
import { normalStart } from "./noise.ts";

/** A part of a leg: a hinge, a capsule, and the next part. */
interface Segment {
  readonly name: string;
  /** From the hinge of the part above. */
  readonly at: string;
  readonly range: string;
  readonly stiffness: number;
  readonly damping: number;
  /** The largest torque of the motor. */
  readonly torque: number;
  /** The middle of the capsule. */
  readonly middle: string;
  /** Its angle around y. */
  readonly angle: number;
  readonly halfLength: number;
}

const row = (
  [name, at, range, stiffness, damping, torque]: [string, string, string, number, number, number],
  [middle, angle, halfLength]: [string, number, number],
): Segment => ({ name, at, range, stiffness, damping, torque, middle, angle, halfLength });

const back = [
  row(["back_thigh", "-0.5 0 0", "-0.52 1.05", 240, 6, 120], ["0.1 0 -0.13", -3.8, 0.145]),
  row(["back_shin", "0.16 0 -0.25", "-0.785 0.785", 180, 4.5, 90], ["-0.14 0 -0.07", -2.03, 0.15]),
  row(["back_foot", "-0.28 0 -0.14", "-0.4 0.785", 120, 3, 60], ["0.03 0 -0.097", -0.27, 0.094]),
];
const front = [
  row(["front_thigh", "0.5 0 0", "-1 0.7", 180, 4.5, 120], ["-0.07 0 -0.12", 0.52, 0.133]),
  row(["front_shin", "-0.14 0 -0.24", "-1.2 0.87", 120, 3, 60], ["0.065 0 -0.09", -0.6, 0.106]),
  row(["front_foot", "0.13 0 -0.18", "-0.5 0.5", 60, 1.5, 30], ["0.045 0 -0.07", -0.6, 0.07]),
];

/** A leg as MJCF, every part within the one above. */
const legBody = (segments: readonly Segment[]) =>
  segments.reduceRight((inner, s) => `
  <body pos="${s.at}">
    <joint name="${s.name}" axis="0 1 0" range="${s.range}" stiffness="${s.stiffness}"
      damping="${s.damping}"/>
    <geom type="capsule" size="0.046 ${s.halfLength}" pos="${s.middle}"
      axisangle="0 1 0 ${s.angle}"/>${inner}
  </body>`, "");

const free = `limited="false" armature="0" damping="0" stiffness="0"`;

const xml = `<mujoco>
<compiler angle="radian" inertiafromgeom="true" settotalmass="14"/>
<option timestep="0.01"/>
<size memory="1M"/>
<default>
  <joint limited="true" armature="0.1" solreflimit="0.02 1" solimplimit="0 0.8 0.03"/>
  <geom contype="1" conaffinity="0" condim="3" friction="0.4 0.1 0.1" solref="0.02 1"
    solimp="0 0.8 0.01"/>
  <motor ctrllimited="true" ctrlrange="-1 1"/>
</default>
<worldbody>
  <geom type="plane" size="40 40 40" conaffinity="1"/>
  <body pos="0 0 0.7">
    <joint type="slide" axis="1 0 0" ${free}/>
    <joint type="slide" axis="0 0 1" ${free}/>
    <joint type="hinge" axis="0 1 0" ${free}/>
    <geom type="capsule" size="0.046" fromto="-0.5 0 0 0.5 0 0"/>
    <geom type="capsule" size="0.046 0.15" pos="0.6 0 0.1" axisangle="0 1 0 0.87"/>
    ${legBody(back)}${legBody(front)}
  </body>
</worldbody>
<actuator>${
  [...back, ...front].map((s) => `<motor joint="${s.name}" gear="${s.torque}"/>`).join("")
}</actuator>
</mujoco>`;

/** The rules of `halfCheetah`. */
export const halfCheetahTask: MujocoTask = {
  name: "HalfCheetah-v5",
  xml,
  frameSkip: 5,
  maxSteps: 1000,
  observationSpace: box(17),
  start: normalStart(0.1),
  ...locomotion({ dt: 0.05, controlCost: 0.1, velocityLimit: Infinity, healthyReward: 0 }),
};

/**
 * Makes Gymnasium's HalfCheetah-v5: a body with two legs in a plane that is to run forwards.
 *
 *     reward = ẋ - 0.1 Σ u²
 *
 * 17 observations: height, torso angle, six joint angles, and the nine velocities. 6 actions in
 * [-1, 1]. The task never ends; an episode is cut after 1,000 steps of 0.05 s.
 *
 * @param mujoco The loaded module of the npm package `@mujoco/mujoco`.
 * @throws {TypeError} if it is none.
 */
export function halfCheetah(mujoco: Mujoco): MujocoEnvironment {
  return mujocoEnvironment(mujoco, halfCheetahTask);
}
