import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { key } from "@spikeloop/random";
import { type Arm, reacher, reacherDynamics } from "./reacher.ts";

const rest: Arm = { shoulder: 0.3, elbow: 1.1, speeds: [0, 0], target: [0.5, 0.5] };

/** The kinetic energy of two rods of length 0.5 and mass 1, from the speeds of their parts. */
function energyOf({ shoulder, elbow, speeds: [v1, v2] }: Arm): number {
  let energy = 0;
  const n = 400;
  for (let k = 0; k < n; k++) {
    const at = 0.5 * (k + 0.5) / n;
    const upper = at * v1;
    const x = -0.5 * Math.sin(shoulder) * v1 - at * Math.sin(shoulder + elbow) * (v1 + v2);
    const y = 0.5 * Math.cos(shoulder) * v1 + at * Math.cos(shoulder + elbow) * (v1 + v2);
    energy += (upper * upper + x * x + y * y) / 2 / n;
  }
  return energy;
}

Deno.test("the arm gains the work of its torques, less what damping takes", () => {
  // Steps of 0.01 s with an error of the first order: torques that change little.
  let arm: Arm = { ...rest, speeds: [1, -2] };
  const torques: [number, number] = [0.4, -0.3];
  const start = energyOf(arm);
  let work = 0;
  for (let t = 0; t < 6; t++) {
    const before = arm;
    arm = reacherDynamics.advance(arm, torques).state;
    const turn = [arm.shoulder - before.shoulder, arm.elbow - before.elbow];
    turn.forEach((angle, i) => work += (torques[i] - 0.1 * angle / 0.05) * angle);
  }
  assertAlmostEquals(energyOf(arm) - start, work, 0.02 * Math.abs(start));
});

Deno.test("a simple controller moves the tip to the target and holds it", () => {
  for (let seed = 0; seed < 8; seed++) {
    const env = reacher();
    let observation = env.reset(key(seed));
    let [total, idle] = [0, 0];
    const lazy = reacher();
    lazy.reset(key(seed));
    for (let t = 0; t < 100; t++) {
      const [c1, s1, c2, s2, v1, v2, , , x, y] = observation;
      const [s12, c12] = [s1 * c2 + c1 * s2, c1 * c2 - s1 * s2];
      // The torques of a spring from the tip to the target, and brakes.
      const lower = 0.5 * (-s12 * x + c12 * y);
      const upper = 0.5 * (-s1 * x + c1 * y);
      const result = env.step([-6 * (upper + lower) - 0.7 * v1, -6 * lower - 0.5 * v2]);
      observation = result.observation;
      total += result.reward;
      idle += lazy.step([0, 0]).reward;
    }
    assertLess(Math.hypot(observation[8], observation[9]), 0.1, `seed ${seed}`);
    assertGreater(total, idle / 2, `seed ${seed}`);
  }
});

Deno.test("the reward is the distance of the tip, less the cost of the torques", () => {
  const { state, reward } = reacherDynamics.advance(rest, [0, 0]);
  assertEquals(state, rest);
  const [x, y] = [0.5 * (Math.cos(0.3) + Math.cos(1.4)), 0.5 * (Math.sin(0.3) + Math.sin(1.4))];
  assertAlmostEquals(reward, -Math.hypot(x - 0.5, y - 0.5), 1e-12);
  const turn = reacherDynamics.advance(rest, [1, -1]);
  assertAlmostEquals(turn.reward + Math.hypot(...offset(turn.state)), -0.02, 1e-12);
});

/** From the target to the tip. */
function offset({ shoulder, elbow, target: [x, y] }: Arm): [number, number] {
  return [
    0.5 * (Math.cos(shoulder) + Math.cos(shoulder + elbow)) - x,
    0.5 * (Math.sin(shoulder) + Math.sin(shoulder + elbow)) - y,
  ];
}
