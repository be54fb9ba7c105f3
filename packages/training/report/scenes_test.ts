import { assert, assertEquals } from "@std/assert";
import { key } from "@spikeloop/random";
import {
  cartPole,
  cartPoleSwingUp,
  lunarLander,
  lunarLanderDiscrete,
  mountainCarContinuous,
  pendulum,
  reacher,
} from "../mod.ts";
import { makeScene } from "./scenes.ts";

const tasks = [
  ...[cartPole, cartPoleSwingUp, lunarLander, lunarLanderDiscrete, mountainCarContinuous],
  ...[pendulum, reacher],
];

Deno.test("every task of this package has a drawing whose first step is in view", () => {
  for (const make of tasks) {
    const task = make();
    const observations = [[...task.reset(key(0))]];
    const scene = makeScene(task.name, { observations, actions: [[0.5, 0.5]] });
    assert(scene !== undefined, task.name);
    const [left, bottom, right, top] = scene.box;
    for (const [kind, points] of [...scene.background, ...scene.frames[0]]) {
      assert(["line", "disc"].includes(kind) && points.length % 2 === 0);
      points.forEach((at, i) => {
        const [low, high] = i % 2 === 0 ? [left, right] : [bottom, top];
        assert(at >= low && at <= high, `${task.name}: ${at} is not in ${low} to ${high}`);
      });
    }
  }
});

Deno.test("a task of that name with other observations has no drawing", () => {
  assertEquals(makeScene("Pendulum-v1", { observations: [[1, 2]], actions: [[0]] }), undefined);
});
