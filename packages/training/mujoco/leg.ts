import { box } from "@spikeloop/actor";
import { locomotion } from "./locomotion.ts";
import type { MujocoTask } from "./mujoco_environment.ts";
import { uniformStart } from "./noise.ts";
import type { Physics } from "./physics.ts";

/** A leg of hopper and walker: thigh, shank and foot, each with a hinge that bends to one side. */
export interface Leg {
  /** Distinguishes the names of its joints. */
  readonly side: string;
  /** From the shank to the middle of the foot. */
  readonly footX: number;
  /** From there back to the middle of the capsule. */
  readonly soleX: number;
  /** Half the length of the foot's capsule. */
  readonly halfFoot: number;
  /** The friction of the foot. */
  readonly friction: number;
}

/** The leg as MJCF, below a torso whose middle is 0.2 above the hip. */
export function legBody({ side, footX, soleX, halfFoot, friction }: Leg): string {
  return `
  <body pos="0 0 -0.2">
    <joint name="thigh${side}" axis="0 -1 0" range="-150 0"/>
    <geom type="capsule" size="0.05 0.225" pos="0 0 -0.225" friction="0.9"/>
    <body pos="0 0 -0.7">
      <joint name="shank${side}" axis="0 -1 0" pos="0 0 0.25" range="-150 0"/>
      <geom type="capsule" size="0.04 0.25" friction="0.9"/>
      <body pos="${footX} 0 -0.35">
        <joint name="foot${side}" axis="0 -1 0" pos="${-footX} 0 0.1" range="-45 45"/>
        <geom type="capsule" size="0.06 ${halfFoot}" pos="${-soleX} 0 0.1" quat="1 0 -1 0"
          friction="${friction}"/>
      </body>
    </body>
  </body>`;
}

/** The motors of a leg. */
export function legMotors(side: string): string {
  return ["thigh", "shank", "foot"].map((part) => `<motor joint="${part}${side}"/>`).join("");
}

/** The torso of hopper and walker with the joints of the plane, around its legs. */
export function torsoBody(legs: string): string {
  return `
<body pos="0 0 1.25">
  <joint type="slide" axis="1 0 0" pos="0 0 -1.25" limited="false" armature="0" damping="0"/>
  <joint type="slide" axis="0 0 1" pos="0 0 -1.25" ref="1.25" limited="false" armature="0"
    damping="0"/>
  <joint type="hinge" axis="0 1 0" limited="false" armature="0" damping="0"/>
  <geom type="capsule" size="0.05 0.2" friction="0.9"/>${legs}
</body>`;
}

/** The rules that hopper and walker share: steps of 0.008 s, at most 1,000 of them. */
export function leggedTask(
  { observations, isHealthy, ...task }: Pick<MujocoTask, "name" | "xml"> & {
    /** How many numbers an observation has. */
    readonly observations: number;
    /** Whether the robot stands. */
    readonly isHealthy: (physics: Physics) => boolean;
  },
): MujocoTask {
  return {
    ...task,
    frameSkip: 4,
    maxSteps: 1000,
    observationSpace: box(observations),
    start: uniformStart(5e-3),
    ...locomotion({
      dt: 0.008,
      controlCost: 1e-3,
      velocityLimit: 10,
      healthyReward: 1,
      isHealthy,
    }),
  };
}
