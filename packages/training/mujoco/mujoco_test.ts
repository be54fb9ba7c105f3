import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { box, mlpActor } from "@spikeloop/actor";
import { testUnless } from "@spikeloop/dev";
import { foreignErrors } from "@spikeloop/dev/testing";
import { key } from "@spikeloop/random";
import { checkEnvironment } from "../check_environment.ts";
import { td3 } from "../td3.ts";
import { trainer } from "../trainer/trainer.ts";
import { halfCheetah, halfCheetahTask } from "./half_cheetah.ts";
import { hopper, hopperTask } from "./hopper.ts";
import { invertedDoublePendulum, invertedDoublePendulumTask } from "./inverted_double_pendulum.ts";
import { invertedPendulum, invertedPendulumTask } from "./inverted_pendulum.ts";
import type { Mujoco } from "./mujoco.ts";
import { mujocoEnvironment, type MujocoTask } from "./mujoco_environment.ts";
import golden from "./testdata/gymnasium.json" with { type: "json" };
import { loadMujoco } from "./testing/load_mujoco.ts";
import { walker2d, walker2dTask } from "./walker2d.ts";

const loaded = await loadMujoco();
const reason = typeof loaded === "string" ? loaded : undefined;
const mujoco = loaded as Mujoco;

const tasks = [
  invertedPendulumTask,
  invertedDoublePendulumTask,
  hopperTask,
  halfCheetahTask,
  walker2dTask,
];
const makers = [invertedPendulum, invertedDoublePendulum, hopper, halfCheetah, walker2d];

testUnless(reason, "observations, rewards and ends equal Gymnasium's", () => {
  for (const c of golden.cases) {
    const task = tasks.find(({ name }) => name === c.name) ?? hopperTask;
    using env = mujocoEnvironment(mujoco, { ...task, start: () => c });
    assertEquals([env.name, env.maxSteps], [c.name, c.maxSteps]);
    assertEquals(env.actionSpace, c.actionSpace);
    const near = (found: readonly number[], expected: readonly number[], step: number) =>
      found.forEach((x, i) =>
        // Contacts magnify the last bits.
        assertAlmostEquals(x, expected[i], 1e-9, `${c.name}, step ${step}, observation ${i}`)
      );
    near(env.reset(key(0)), c.observations[0], 0);
    c.actions.forEach((action, t) => {
      const { observation, reward, terminated } = env.step(action);
      assertEquals(observation.length, c.observations[t].length);
      near(observation, c.observations[t + 1], t + 1);
      assertAlmostEquals(reward, c.rewards[t], 1e-9, `${c.name}, step ${t + 1}`);
      assertEquals(terminated, c.terminated[t]);
    });
  }
});

testUnless(reason, "the tasks of MuJoCo keep the promises of environments", () => {
  for (const make of makers) {
    using env = make(mujoco);
    assertEquals(checkEnvironment(env, { steps: 60 }), [], env.name);
  }
});

testUnless(reason, "a snapshot goes on to the same bits, in another environment too", () => {
  for (const make of makers) {
    using first = make(mujoco);
    using second = make(mujoco);
    first.reset(key(1));
    const move = first.actionSpace.high.map((x) => x / 10);
    first.step(move);
    const snapshot = structuredClone(first.snapshot());
    const expected = [first.step(move), first.step(move)];
    second.reset(key(2));
    second.step(move);
    second.restore(snapshot);
    assertEquals([second.step(move), second.step(move)], expected);
  }
});

testUnless(reason, "a training goes on from a file in the middle of an episode", () => {
  using task = hopper(mujoco);
  const { observationSpace, actionSpace } = task;
  const actor = mlpActor({ observationSpace, actionSpace, hiddenSizes: [4] });
  const options = {
    environment: () => hopper(mujoco),
    agent: td3({ actor, criticSizes: [4] }),
    key: key(0),
    steps: 40,
    startSteps: 10,
    updateAfter: 15,
    batchSize: 4,
    checkpoint: { every: 24 },
  };
  const whole = trainer(options);
  const events = [...whole];
  const first = trainer(options);
  for (const { type } of first) if (type === "checkpoint") break;
  assertEquals(first.step, 24);
  const more = trainer.load(first.save(), options);
  const rest = [...more];
  assertEquals(rest, events.slice(-rest.length));
  assertEquals(more.save(), whole.save());
});

testUnless(reason, "first states have Gymnasium's noise", () => {
  const spread = (make: typeof hopper, at: number) => {
    using env = make(mujoco);
    const values = Array.from({ length: 200 }, (_, seed) => env.reset(key(seed))[at]);
    const mean = values.reduce((sum, x) => sum + x) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    return [Math.max(...values.map((x) => Math.abs(x - mean))), Math.sqrt(variance)];
  };
  // The angle of the torso and its velocity: uniform in ±0.005, or normal with 0.1.
  const [most, deviation] = spread(hopper, 1);
  assertEquals([most < 0.0053, most > 0.0045], [true, true]);
  assertAlmostEquals(deviation, 0.005 / Math.sqrt(3), 4e-4);
  const [mostSpeed, speedDeviation] = spread(halfCheetah, 9);
  assertEquals(mostSpeed > 0.2, true);
  assertAlmostEquals(speedDeviation, 0.1, 0.02);
});

testUnless(reason, "environments keep their numbers when the memory of MuJoCo grows", () => {
  const env = hopper(mujoco);
  const alone = hopper(mujoco);
  const moves = [[0.1, 0.2, 0.3], [-1, 0, 1], [0, 0, 0]];
  alone.reset(key(0));
  const expected = moves.map((move) => alone.step(move));
  env.reset(key(0));
  const others: Disposable[] = [];
  const found = moves.map((move) => {
    for (let i = 0; i < 12; i++) others.push(walker2d(mujoco));
    return env.step(move);
  });
  assertEquals(found, expected);
  for (const other of [...others, env, alone]) other[Symbol.dispose]();
  env[Symbol.dispose](); // twice does no harm
  assertThrows(() => env.reset(key(0)), RangeError, "Cannot reset Hopper-v5: its memory was freed");
});

testUnless(reason, "a task of one's own has the ranges of its actuators", () => {
  const ball = (actuator: string) =>
    mujocoEnvironment(mujoco, {
      name: "Ball",
      xml: `<mujoco><size memory="1M"/><worldbody><body pos="0 0 1">
        <joint name="z" type="slide" axis="0 0 1"/><geom size="0.1" mass="1"/>
        </body></worldbody><actuator>${actuator}</actuator></mujoco>`,
      frameSkip: 5,
      maxSteps: 3,
      observationSpace: box(2),
      start: () => ({ qpos: [0.5], qvel: [0] }),
      observe: ({ qpos, qvel }) => [qpos[0], qvel[0]],
      judge: ({ qpos }, [force], before) => ({
        reward: force,
        terminated: qpos[0] > before[0],
      }),
    });
  using env = ball(`<motor joint="z" ctrllimited="true" ctrlrange="0 20"/>`);
  assertEquals(env.actionSpace, { low: [0], high: [20] });
  assertEquals(env.reset(key(0)), [0.5, 0]);
  assertEquals(env.step([30]).reward, 20);
  assertThrows(() => ball(`<motor joint="z"/>`), RangeError, "ctrlrange[0] is from 0 to 0");
  assertThrows(
    () => ball("<nonsense/>"),
    SyntaxError,
    "Cannot make Ball: MuJoCo refuses the model",
  );
});

testUnless(reason, "mujocoEnvironment answers wrong values in its own words", async () => {
  const run = (task: MujocoTask) => {
    using env = mujocoEnvironment(mujoco, task);
    env.reset(key(0));
    env.restore(env.snapshot());
    env.step([0]);
  };
  const call = { name: "mujocoEnvironment", run, args: () => [{ ...invertedPendulumTask }] };
  assertEquals(await foreignErrors({ ...call, mayBeLarge: /^(frameSkip|maxSteps)$/ }), []);
  using env = invertedPendulum(mujoco);
  env.reset(key(0));
  const restore = { name: "restore", run: env.restore, args: () => [env.snapshot()] };
  assertEquals(await foreignErrors(restore), []);
});

Deno.test("the tasks of MuJoCo want its module", () => {
  for (const make of makers) {
    for (const value of [undefined, 3, {}, () => {}, Promise.resolve({})]) {
      assertThrows(() => make(value as never), TypeError, "expected the loaded module");
    }
  }
});
