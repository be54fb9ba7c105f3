import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { Ppo } from "../algorithms/ppo.ts";
import { algorithms } from "./algorithms.ts";
import { makeActor } from "../make_actor.ts";
import { loadEnvironment } from "./environments.ts";
import { evaluateCommand } from "./evaluate_command.ts";
import { exportCommand } from "./export_command.ts";
import { helpOf, usage } from "./help.ts";
import { prepareRun } from "./prepare_run.ts";
import { takeRunConfig } from "./run_config.ts";
import { trainCommand } from "./train_command.ts";

const prepare = (value: Record<string, unknown>) =>
  prepareRun(takeRunConfig({ env: "pendulum", steps: 10, ...value }).config, 0);

Deno.test("every algorithm of the table makes an agent", async () => {
  for (const algo of Object.keys(algorithms)) {
    const { agent } = await prepare({ algo, actor: { hiddenSizes: [4] } });
    assertEquals(agent.actor.kind, "ilc-san");
  }
});

Deno.test("learning rates and noise are schedules by name", async () => {
  const trainer = { actNoise: { linearDecay: { from: 1, to: 0.5, steps: 2 } }, batchSize: 8 };
  const { options } = await prepare({ trainer, actor: { hiddenSizes: [4] } });
  assertEquals([1, 2, 3].map(options.actNoise as (step: number) => number), [1, 0.75, 0.5]);
  assertEquals(options.batchSize, 8);
  const rates = (learningRate: unknown) =>
    prepare({ algo: "ppo", actor: { hiddenSizes: [4] }, agent: { learningRate } });
  const { agent } = await rates({ actor: { linearDecay: { from: 1, steps: 4 } }, value: 0.5 });
  const { learningRate } = (agent as unknown as Ppo).options;
  const { actor, value } = learningRate as Record<string, (update: number) => number>;
  assertEquals([1, 3, 5].map(actor), [1, 0.5, 0]);
  assertEquals(value as unknown, 0.5);
  await assertRejects(() => rates({ linearDecay: { form: 1 } }), TypeError, "did you mean from?");
  await assertRejects(
    () => rates({ actor: { lineardecay: { from: 1 } } }),
    TypeError,
    "there is no lineardecay, only cosineDecay, linearDecay, stepDecay, warmUp; did you mean linear",
  );
  const then = { linearDecay: { from: 1, steps: 4 } };
  const warm = (await rates({ warmUp: { steps: 2, then } })).agent as unknown as Ppo;
  const rate = warm.options.learningRate as (update: number) => number;
  assertEquals([1, 2, 3, 5].map(rate), [0, 0.5, 1, 0.5]);
});

Deno.test("actors are made of plain data", () => {
  const spaces = { obsDim: 3, actDim: 1 };
  const options = { hiddenSizes: [4], neuron: "lif", surrogate: "atan" };
  const plain = (connection?: unknown) =>
    makeActor(spaces, { ...options, ...connection !== undefined && { connection } }).toJSON();
  assertEquals(plain().neuron, "lif");
  const neurons = ["cubaLif", "cuba-lif", "integrateAndFire", "if", "tauLif", "tau-lif"];
  assertEquals(
    neurons.map((neuron) => makeActor(spaces, { hiddenSizes: [4], neuron }).toJSON().neuron),
    ["cuba-lif", "cuba-lif", "if", "if", "tau-lif", "tau-lif"],
  );
  assertEquals(plain("none").connection, "none");
  assertEquals(plain({ mask: "noSelf" }).connection, plain("noSelf").connection);
  assertEquals(makeActor(spaces, { kind: "mlp" }).kind, "mlp");
});

Deno.test("a configuration of an absurd size is refused before anything is made", async () => {
  const refuse = (config: Record<string, unknown>, problem: string) =>
    assertRejects(() => prepare(config), RangeError, `${problem}, expected at most 10000`);
  const sizes = new Array(100_000).fill(1);
  await refuse({ actor: { hiddenSizes: sizes } }, "make the actor: hiddenSizes.length is 100000");
  await refuse({ agent: { criticSizes: sizes } }, "make the agent: criticSizes.length is 100000");
  const agent = { proxyTarget: { hiddenSizes: sizes } };
  await refuse({ agent }, "make the agent: hiddenSizes.length is 100000");
  const ppo = { algo: "ppo", agent: { valueSizes: sizes } };
  await refuse(ppo, "make the agent: valueSizes.length is 100000");
  for (const name of ["timeSteps", "encPopDim", "decPopDim"]) {
    await refuse({ actor: { [name]: 1e9 } }, `make the actor: ${name} is 1000000000`);
  }
  await refuse({ actor: { connection: { delay: 1e9 } } }, "make the actor: delay is 1000000000");
  let learningRate: unknown = 1;
  for (let i = 0; i < 100_000; i++) learningRate = { learningRate };
  const deep = () => prepare({ agent: { learningRate } });
  await assertRejects(deep, RangeError, "make the agent: it nests deeper than 64 levels");
});

Deno.test("a surrogate and a neuron that are no names are refused in words", () => {
  const refuse = (options: Record<string, unknown>, problem: string) =>
    assertThrows(() => makeActor({ obsDim: 3, actDim: 1 }, options), TypeError, problem);
  refuse({ surrogate: { alpha: 4 } }, 'surrogate: it has no option "alpha", only name, params');
  refuse({ surrogate: { params: { alpha: 4 } } }, "surrogate: name is missing");
  refuse({ surrogate: 4 }, "surrogate: its name is 4");
  refuse(
    { neuron: { name: "lif" } },
    "its name is a record, expected one of cubaLif, lif, integrateAndFire, tauLif",
  );
});

Deno.test("an environment file may return an instance of a class, but not be a class", async () => {
  const folder = Deno.makeTempDirSync();
  const load = (name: string, text: string) => {
    const path = `${folder}/${name}.mjs`;
    Deno.writeTextFileSync(path, text);
    return loadEnvironment(path);
  };
  const body = `class Point { name = "point"; maxSteps = 5; reset() { return [0]; } }`;
  const make = await load("instance", `${body} export default () => new Point();`);
  const { name, maxSteps } = make();
  assertEquals([name, maxSteps], ["point", 5]);
  await assertRejects(
    () => load("class", `export default ${body}`),
    TypeError,
    "its default export is a class (Point), expected a function that returns an environment; write",
  );
  const list = await load("list", "export default () => [];");
  assertThrows(list, TypeError, "its function is an array, expected an environment");
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("unknown names are refused with the one that was meant", async () => {
  await assertRejects(() => prepare({ env: "pendulm" }), TypeError, "did you mean pendulum?");
  await assertRejects(() => prepare({ algo: "td4" }), TypeError, "did you mean td3?");
  await assertRejects(
    () => prepare({ env: "mujoco:hoper" }),
    TypeError,
    "did you mean mujoco:hopper?",
  );
  await assertRejects(() => prepare({ actor: { kind: "nlp" } }), TypeError, "did you mean mlp?");
  await assertRejects(() => prepare({ agent: { gama: 1 } }), TypeError, "did you mean gamma?");
  await assertRejects(
    () => prepare({ actor: { connection: "all" } }),
    TypeError,
    "there is no all, only none, noSelf, selfOnly, neighbours",
  );
  await assertRejects(() => loadEnvironment("./none.ts"), TypeError, "there is no ");
});

Deno.test("every command of the usage has its help", () => {
  for (const [, name] of usage.matchAll(/^ {2}spikeloop (\w+) /gm)) {
    assertMatch(helpOf(name), new RegExp(`spikeloop ${name} `));
  }
});

Deno.test("words and options that would have no effect are refused", async () => {
  const options = (record: Record<string, string>) => new Map(Object.entries(record));
  const base = { env: "pendulum", steps: "2000", out: "/none" };
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ seed: "1", seeds: "0-2" }, "--seed and --seeds"],
    [{ steps: "1000" }, "at step 1001; take more steps, or a smaller updateAfter"],
    [{ algo: "ppo" }, "at step 2048; take more steps, or a smaller rolloutSteps"],
    [{ algo: "sac", "trainer.actNoise": "1" }, "actNoise has no effect on sac"],
    [{ "actor.noise.beta": "1" }, "noise has no effect here"],
    [{ "agent.actor": "1" }, "actor is no option of the algorithm"],
  ];
  for (const [record, problem] of cases) {
    const words = { plain: [], options: options({ ...base, ...record }) };
    await assertRejects(() => trainCommand(words), Error, problem);
  }
  const word = { plain: ["pendulum"], options: options({ steps: "2000" }) };
  await assertRejects(() => trainCommand(word), TypeError, "did you mean --env pendulum?");
  const seeds = { plain: ["1"], options: options({ seeds: "0" }), list: "--seeds 0,1" };
  await assertRejects(() => trainCommand(seeds), TypeError, "did you mean --seeds 0,1?");
  const dt = { plain: ["runs/x"], options: options({ dt: "0.1" }) };
  await assertRejects(() => exportCommand(dt), TypeError, "no effect on safetensors");
});

Deno.test("seeds of the command line stand for those of the file, by either name", async () => {
  const root = Deno.makeTempDirSync();
  for (const seed of [0, 2, 9]) { // train names the first of its seeds that has a run
    Deno.mkdirSync(`${root}/seed-${seed}`);
    Deno.writeTextFileSync(`${root}/seed-${seed}/config.json`, "{}");
  }
  const first = async (inFile: object, option: string) => {
    const config = `${root}/sweep.json`;
    const file = { env: "pendulum", steps: 2000, ...inFile };
    Deno.writeTextFileSync(config, JSON.stringify(file));
    const words = {
      plain: [],
      options: new Map(Object.entries({ config, out: root, [option]: "9" })),
    };
    await assertRejects(() => trainCommand(words), Error, "seed-9 has a run already");
  };
  await first({ seeds: "0,2" }, "seed");
  await first({ seeds: "0,2" }, "seeds");
  await first({ seed: 2 }, "seed");
  await first({ seed: 2 }, "seeds");
  Deno.removeSync(root, { recursive: true });
});

Deno.test("train checks the number of processes before it writes anything", async () => {
  const root = Deno.makeTempDirSync();
  const options = { env: "pendulum", steps: "2000", out: root, processes: "0" };
  const words = { plain: [], options: new Map(Object.entries(options)) };
  await assertRejects(() => trainCommand(words), RangeError, "processes is 0");
  assertEquals([...Deno.readDirSync(root)], []);
  Deno.removeSync(root, { recursive: true });
});

Deno.test("export takes the folder of a run with one seed, and names those of several", async () => {
  const root = Deno.makeTempDirSync();
  const write = (seed: number) => {
    Deno.mkdirSync(`${root}/seed-${seed}`);
    const config = { env: "pendulum", steps: 2000, seed };
    Deno.writeTextFileSync(`${root}/seed-${seed}/config.json`, JSON.stringify(config));
  };
  const words = { plain: [root], options: new Map() };
  write(3);
  await assertRejects(() => exportCommand(words), Error, "none before the first evaluation");
  write(4);
  await assertRejects(() => exportCommand(words), TypeError, "seed-4");
  Deno.removeSync(root, { recursive: true });
});

Deno.test("a number that is none is shown as it was given", async () => {
  const words = (name: string, text: string) => ({
    plain: ["x"],
    options: new Map([[name, text]]),
  });
  await assertRejects(() => evaluateCommand(words("episodes", "ten")), TypeError, 'is "ten"');
  const { options } = words("format", "nir");
  const run = () => exportCommand({ plain: ["x"], options: options.set("dt", "1ms") });
  await assertRejects(run, TypeError, `dt is "1ms"`);
});
