import { assertEquals, assertThrows } from "@std/assert";
import { pathName } from "./run_folder.ts";
import { takeRunConfig, takeSeeds, withValue } from "./run_config.ts";

Deno.test("seeds are numbers, ranges and lists, each once", () => {
  const take = (value: unknown) => takeSeeds("train", value);
  assertEquals(take("1764412800000-1764412800001"), [1764412800000, 1764412800001]);
  assertEquals([take(3), take("0-2"), take("5,1-2,1"), take([4, 0])], [[3], [0, 1, 2], [5, 1, 2], [
    4,
    0,
  ]]);
  for (const wrong of ["", "3-1", "-1", "a", [1.5]]) {
    assertThrows(() => take(wrong), TypeError, "expected seeds such as 3, 0-4 or 0,2,5-7");
  }
  assertEquals(take("1-10000").length, 10_000);
  for (const many of ["0-10000", "0-5999,6000-10000", new Array(10_001).fill(0)]) {
    assertThrows(() => take(many), RangeError, "seeds name 10001 or more, expected at most 10000");
  }
});

Deno.test("a run and a new one have the same configuration", () => {
  const { config, seeds } = takeRunConfig({ env: "pendulum", steps: 1000, seeds: "0-1" });
  assertEquals(seeds, [0, 1]);
  assertEquals([config.algo, config.evaluate, config.checkpoint], [
    "td3",
    { every: 50, episodes: 10 },
    { every: 100 },
  ]);
  assertEquals(takeRunConfig({ ...config, seed: 7 }), { config, seeds: [7] });
});

Deno.test("a wrong configuration is refused", () => {
  const [env, steps] = ["pendulum", 10];
  assertThrows(() => takeRunConfig({ steps }), TypeError, "--env pendulum");
  assertThrows(() => takeRunConfig({ env, stepz: 1 }), TypeError, "did you mean steps?");
  const both = { env, steps, seed: 1, seeds: "0-2" };
  assertThrows(() => takeRunConfig(both), TypeError, "seed and seeds name seeds");
  const trainer = { batchsize: 1 };
  assertThrows(() => takeRunConfig({ env, steps, trainer }), TypeError, "did you mean batchSize?");
  assertThrows(() => takeRunConfig({ env, steps, device: "tpu" }), RangeError, "device");
});

Deno.test("dotted names reach into records", () => {
  const record = withValue({ actor: { std: 1 } }, ["actor", "connection", "mask"], "noSelf");
  assertEquals(record, { actor: { std: 1, connection: { mask: "noSelf" } } });
  assertThrows(() => withValue({ actor: 3 }, ["actor", "std"], 1), TypeError, "actor is 3");
});

Deno.test("an environment has a name for paths", () => {
  const names = ["pendulum", "mujoco:hopper", "./my_env.ts", "/tasks/point.v2.mjs", "моя среда.ts"];
  assertEquals(names.map(pathName), [
    "pendulum",
    "mujoco-hopper",
    "my_env",
    "point-v2",
    "моя-среда",
  ]);
});
