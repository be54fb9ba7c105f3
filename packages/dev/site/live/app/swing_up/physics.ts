/** The state of a pendulum: 0 is upright; angles go on beyond a turn. */
export interface Pole {
  readonly angle: number;
  readonly speed: number;
}

/** The seconds of a step. */
export const stepSeconds = 0.05;

/** The largest torque of the network's motor. */
export const mostTorque = 2;

const fastest = 8;

const clip = (x: number, most: number) => Math.min(most, Math.max(-most, x));

/**
 * One step of Gymnasium's Pendulum-v1, as `pendulum` of the library has it, with a push from
 * outside:
 *
 *     θ̇' = θ̇ + (15 sin θ + 3 torque + 3 push) dt,   θ' = θ + θ̇' dt
 */
export function swing({ angle, speed }: Pole, torque: number, push = 0): Pole {
  const force = 15 * Math.sin(angle) + 3 * (clip(torque, mostTorque) + push);
  const next = clip(speed + force * stepSeconds, fastest);
  return { angle: angle + next * stepSeconds, speed: next };
}

/** The observation of a pole: (cos θ, sin θ, θ̇). */
export function observe({ angle, speed }: Pole): number[] {
  return [Math.cos(angle), Math.sin(angle), speed];
}
