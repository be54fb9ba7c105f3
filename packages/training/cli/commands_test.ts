import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Ppo } from "../algorithms/ppo.ts";
import { algorithms } from "./algorithms.ts";
import { makeActor } from "./actors.ts";
import { loadEnvironment } from "./environments.ts";
import { helpOf, usage } from "./help.ts";
import { prepareRun } from "./prepare_run.ts";
import { takeRunConfig } from "./run_config.ts";

const prepare = (value: Record<string, unknown>) =>
  prepareRun(takeRunConfig({ env: "pendulum", steps: 10, ...value }).config, 0);

Deno.test("every algorithm of the table makes an agent", async () => {
  for (const algo of Object.keys(algorithms)) {
    const { agent } = await prepare({ algo, actor: { hiddenSizes: [4] } });
    assertEquals(agent.actor.kind, "ilc-san");
  }
});

Deno.test("learning rates are schedules by name", async () => {
  const rates = (learningRate: unknown) =>
    prepare({ algo: "ppo", actor: { hiddenSizes: [4] }, agent: { learningRate } });
  const { agent } = await rates({ actor: { linearDecay: { from: 1, steps: 4 } }, value: 0.5 });
  const { learningRate } = (agent as unknown as Ppo).options;
  const { actor, value } = learningRate as Record<string, (update: number) => number>;
  assertEquals([1, 3, 5].map(actor), [1, 0.5, 0]);
  assertEquals(value as unknown, 0.5);
  await assertRejects(() => rates({ linearDecay: { form: 1 } }), TypeError, "did you mean from?");
});

Deno.test("actors are made of plain data", () => {
  const spaces = { obsDim: 3, actDim: 1 };
  const options = { hiddenSizes: [4], neuron: "lif", surrogate: "atan" };
  const plain = (connection?: unknown) =>
    makeActor(spaces, { ...options, ...connection !== undefined && { connection } }).toJSON();
  assertEquals(plain().neuron, "lif");
  assertEquals(plain("none").connection, "none");
  assertEquals(plain({ mask: "noSelf" }).connection, plain("noSelf").connection);
  assertEquals(makeActor(spaces, { kind: "mlp" }).kind, "mlp");
});

Deno.test("unknown names are refused with the one that was meant", async () => {
  await assertRejects(() => prepare({ env: "pendulm" }), TypeError, "did you mean pendulum?");
  await assertRejects(() => prepare({ algo: "td4" }), TypeError, "did you mean td3?");
  await assertRejects(() => prepare({ env: "mujoco:hoper" }), TypeError, "did you mean hopper?");
  await assertRejects(() => prepare({ actor: { kind: "nlp" } }), TypeError, "did you mean mlp?");
  await assertRejects(() => prepare({ agent: { gama: 1 } }), TypeError, "did you mean gamma?");
  await assertRejects(() => loadEnvironment("./none.ts"), TypeError, "there is no such file");
});

Deno.test("every command of the usage has its help", () => {
  for (const [, name] of usage.matchAll(/^ {2}spikeloop (\w+) /gm)) {
    assertMatch(helpOf(name), new RegExp(`spikeloop ${name} `));
  }
});
