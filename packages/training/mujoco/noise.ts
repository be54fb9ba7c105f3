import { type Key, normal, split, uniform } from "@spikeloop/random";
import type { Offsets } from "./mujoco_environment.ts";

/** First states around the start of the model: all of them uniform in ±scale. */
export function uniformStart(scale: number): (key: Key, nq: number, nv: number) => Offsets {
  return (key, nq, nv) => {
    const noise = uniform(key, [nq + nv], { min: -scale, max: scale }).dataSync();
    return { qpos: noise.subarray(0, nq), qvel: noise.subarray(nq) };
  };
}

/** First states whose positions are uniform in ±scale, and whose velocities are normal. */
export function normalStart(scale: number): (key: Key, nq: number, nv: number) => Offsets {
  return (key, nq, nv) => {
    const [positions, velocities] = split(key);
    return {
      qpos: uniform(positions, [nq], { min: -scale, max: scale }).dataSync(),
      qvel: normal(velocities, [nv]).dataSync().map((x) => scale * x),
    };
  };
}
