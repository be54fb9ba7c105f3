import type { Box } from "@spikeloop/actor";
import { split, uniform } from "@spikeloop/random";
import type { Environment } from "../environment.ts";
import { limit } from "../limit.ts";
import { type Dynamics, makeEnvironment } from "../make_environment.ts";
import { sineCosine } from "./trigonometry.ts";

/** The length of a link. */
const length = 0.5;
/** m l² of a link of mass 1. */
const inertia = length ** 2;
const damping = 0.1;
const maxSpeed = 10;
/** A step has so many shorter ones. */
const substeps = 5;
const dt = 0.01;
/** The targets lie between these distances from the shoulder. */
const [nearest, farthest] = [0.2, 0.9];

/** The state of the arm, and its target. */
export interface Arm {
  /** The angle of the upper link from the x axis. */
  readonly shoulder: number;
  /** The angle of the lower link from the upper one. */
  readonly elbow: number;
  /** The speeds of both angles. */
  readonly speeds: readonly [shoulder: number, elbow: number];
  /** The position of the target. */
  readonly target: readonly [x: number, y: number];
}

/** Observations of `reacher`. */
export type ReacherObservation = readonly [
  shoulderCosine: number,
  shoulderSine: number,
  elbowCosine: number,
  elbowSine: number,
  shoulderSpeed: number,
  elbowSpeed: number,
  targetX: number,
  targetY: number,
  offsetX: number,
  offsetY: number,
];

/** From the target to the tip of the arm. */
function offsetOf({ shoulder, elbow, target: [x, y] }: Arm): [x: number, y: number] {
  const [[s1, c1], [s2, c2]] = [sineCosine(shoulder), sineCosine(shoulder + elbow)];
  return [length * (c1 + c2) - x, length * (s1 + s2) - y];
}

/** The accelerations of both angles. */
function accelerate(
  { elbow, speeds: [v1, v2] }: Arm,
  [torque1, torque2]: readonly [number, number],
): [number, number] {
  const [sine, cosine] = sineCosine(elbow);
  const coupling = inertia / 2;
  const [m22, m12] = [inertia / 3, inertia / 3 + coupling * cosine];
  const m11 = 5 / 3 * inertia + 2 * coupling * cosine;
  const f1 = torque1 - damping * v1 + coupling * sine * (2 * v1 + v2) * v2;
  const f2 = torque2 - damping * v2 - coupling * sine * v1 * v1;
  const determinant = m11 * m22 - m12 * m12;
  return [(m22 * f1 - m12 * f2) / determinant, (m11 * f2 - m12 * f1) / determinant];
}

/** The dynamics of `reacher`. */
export const reacherDynamics: Dynamics<Arm, Box, ReacherObservation> = {
  name: "TwoLinkReacher",
  observationSpace: {
    low: [-1, -1, -1, -1, -maxSpeed, -maxSpeed, -1, -1, -2, -2],
    high: [1, 1, 1, 1, maxSpeed, maxSpeed, 1, 1, 2, 2],
  },
  actionSpace: { low: [-1, -1], high: [1, 1] },
  maxSteps: 100,
  start: (key) => {
    const [armKey, targetKey] = split(key);
    const [shoulder, elbow] = uniform(armKey, [2], { min: -1, max: 1 }).dataSync();
    const [turn, share] = uniform(targetKey, [2]).dataSync();
    const [sine, cosine] = sineCosine(2 * Math.PI * turn);
    // As many targets on every area.
    const distance = Math.sqrt(nearest ** 2 + share * (farthest ** 2 - nearest ** 2));
    return {
      shoulder: Math.PI * shoulder,
      elbow: Math.PI * elbow,
      speeds: [0, 0],
      target: [distance * cosine, distance * sine],
    };
  },
  observe: (arm) => {
    const [[s1, c1], [s2, c2]] = [sineCosine(arm.shoulder), sineCosine(arm.elbow)];
    return [c1, s1, c2, s2, ...arm.speeds, ...arm.target, ...offsetOf(arm)];
  },
  advance: (arm, torques: [number, number]) => {
    let state = arm;
    for (let k = 0; k < substeps; k++) {
      const [a1, a2] = accelerate(state, torques);
      const v1 = limit(state.speeds[0] + dt * a1, -maxSpeed, maxSpeed);
      const v2 = limit(state.speeds[1] + dt * a2, -maxSpeed, maxSpeed);
      state = {
        ...state,
        shoulder: state.shoulder + dt * v1,
        elbow: state.elbow + dt * v2,
        speeds: [v1, v2],
      };
    }
    const [x, y] = offsetOf(state);
    const cost = 0.01 * (torques[0] ** 2 + torques[1] ** 2);
    return { state, reward: -Math.sqrt(x * x + y * y) - cost, terminated: false };
  },
};

/**
 * Makes a task in which an arm of two links in a horizontal plane moves its tip to a target and
 * holds it there. The links are rods of length 0.5 and mass 1; with c = cos θ₂, s = sin θ₂ and
 * I = m l²,
 *
 *     (5/3 + c) I θ̈₁ + (1/3 + c/2) I θ̈₂ = u₁ - 0.1 θ̇₁ + s/2 · I (2 θ̇₁ + θ̇₂) θ̇₂
 *     (1/3 + c/2) I θ̈₁ + 1/3 · I θ̈₂     = u₂ - 0.1 θ̇₂ - s/2 · I θ̇₁²
 *     reward = -|tip - target| - 0.01 |u|²
 *
 * θ₁ is the angle of the shoulder, θ₂ of the elbow. The torques u are in [-1, 1], speeds are
 * limited to ±10. The target is 0.2 to 0.9 away from the shoulder, in any direction, as is the arm.
 * 10 observations: cosine and sine of θ₁ and of θ₂, both speeds, the target, and tip - target. An
 * episode has 100 steps of 0.05 s. Doing nothing returns about -80, a good controller about -15.
 *
 * @example
 * ```ts
 * import { reacher } from "@spikeloop/training";
 * import { key } from "@spikeloop/random";
 * import { assertEquals } from "@std/assert";
 *
 * const env = reacher();
 * env.reset(key(0));
 * assertEquals(env.step([0.5, -0.5]).reward < 0, true);
 * ```
 */
export function reacher(): Environment<Box, ReacherObservation> {
  return makeEnvironment(reacherDynamics);
}
