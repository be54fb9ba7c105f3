import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { readSafetensors, writeSafetensors } from "@spikeloop/interchange";
import { crc32 } from "@spikeloop/interchange/files";
import { key } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import {
  type AsyncEnvironment,
  type Environment,
  mountainCarContinuous,
  normalizeObservation,
  pendulum,
  td3,
  type Td3State,
  timeLimit,
  trainer,
  type TrainerEvent,
  type TrainerOptions,
  trainTd3,
  vectorized,
} from "../mod.ts";

const { observationSpace, actionSpace } = pendulum();
const actor = ilcSan({
  observationSpace,
  actionSpace,
  hiddenSizes: [6],
  encPopDim: 4,
  timeSteps: 3,
});
const agent = td3({ actor, criticSizes: [6] });
const base: TrainerOptions<Td3State> = {
  environment: pendulum,
  agent,
  key: key(0),
  steps: 260,
  batchSize: 8,
  startSteps: 20,
  updateAfter: 200,
  evaluate: { every: 130, episodes: 2 },
  checkpoint: { every: 100 },
  measureEvery: 40,
  replaySize: 150,
};

/** A training that has yielded so many events, and these events. */
function begin<S extends Td3State>(options: TrainerOptions<S>, count = Infinity) {
  const training = trainer(options);
  const events: TrainerEvent[] = [];
  for (const event of training) {
    events.push(event);
    if (events.length === count) break;
  }
  return { training, events };
}

Deno.test("a training yields episodes, updates, evaluations and checkpoints, in order", () => {
  const { training, events } = begin(base);
  const rest = events.filter(({ type }) => type !== "update");
  assertEquals(rest.map(({ type, step }) => [type, step]), [
    ["checkpoint", 100],
    ["evaluation", 130],
    ["episode", 200],
    ["checkpoint", 200],
    ["evaluation", 260],
    ["checkpoint", 260],
  ]);
  const [, evaluation, episode] = rest;
  assert(episode.type === "episode" && episode.length === 200 && episode.return < 0);
  assert(evaluation.type === "evaluation" && evaluation.returns.length === 2 && evaluation.isBest);
  const updates = events.filter((event) => event.type === "update");
  assertEquals(updates.map(({ step }) => step), Array.from({ length: 60 }, (_, i) => 201 + i));
  assertEquals([training.step, training.updates], [260, 60]);
  const measured = updates.filter(({ qValue }) => qValue !== undefined);
  assertEquals(measured.map(({ updates }) => updates), [1, 41]);
  const [{ firingRates, saturated, losses }] = measured;
  assertEquals(Object.keys(firingRates ?? {}), ["encoder", "CUBALIFNode0", "ILCCUBALIFNode1"]);
  assert(saturated !== undefined && saturated >= 0 && saturated <= 1);
  assertEquals(Object.keys(losses), ["criticLoss", "actorLoss"]);
  assertEquals(JSON.parse(JSON.stringify(events)), events);
});

Deno.test("trainTd3 and trainer are one loop: the same bits", () => {
  const { training } = begin({ ...base, evaluate: undefined });
  const { environment: _, evaluate: __, checkpoint: ___, measureEvery: ____, ...options } = base;
  const steps = [...trainTd3({ ...options, agent, environment: pendulum() })];
  assertEquals(
    writeSafetensors(training.state),
    writeSafetensors({
      networks: steps[259].state.networks,
      targets: steps[259].state.targets,
      optimizers: steps[259].state.optimizers,
    }),
  );
});

Deno.test("a training that is saved and loaded has the bits of one that was never interrupted", () => {
  const whole = begin(base);
  const file = whole.training.save();
  // In the warm-up, within an episode, between the events of one step, at an end, after the last.
  const counts = [1, 3, 4, 30, whole.events.length - 1, whole.events.length];
  for (const count of counts) {
    const { training, events } = begin(base, count);
    const more = trainer.load(training.save(), base);
    assertEquals(more.save(), training.save(), "a file comes back as it is");
    assertEquals([...events, ...more], whole.events);
    assertEquals(more.save(), file);
  }
});

Deno.test("what an environment keeps between two episodes goes on too", () => {
  const environment = () => normalizeObservation(timeLimit(pendulum(), 20));
  const sizes = { steps: 70, updateAfter: 60, evaluate: undefined, checkpoint: undefined };
  const options = { ...base, environment, ...sizes };
  const whole = begin(options);
  const { training, events } = begin(options, 2);
  assertEquals(events.map(({ type, step }) => [type, step]), [["episode", 20], ["episode", 40]]);
  const more = trainer.load(training.save(), options);
  assertEquals([...events, ...more], whole.events);
  assertEquals(more.save(), whole.training.save());
});

Deno.test("noise on actions may follow a schedule of steps", () => {
  const options = { ...base, steps: 60, evaluate: undefined, checkpoint: undefined };
  const paramsAt = (actNoise: TrainerOptions<Td3State>["actNoise"]) =>
    begin({ ...options, updateAfter: 40, actNoise }).training.save();
  const seen: number[] = [];
  const constant = paramsAt((step) => (seen.push(step), 0.3));
  assertEquals(constant, paramsAt(0.3));
  assertEquals(seen, Array.from({ length: 40 }, (_, i) => 21 + i)); // 20 steps are random
  const falling = paramsAt((step) => step < 30 ? 0.3 : 0);
  assert(falling.some((byte, i) => byte !== constant[i]));
  assertThrows(() => paramsAt(() => -1), RangeError, "actNoise(21) is -1");
  assertThrows(() => paramsAt("much" as unknown as number), TypeError, "actNoise");
});

Deno.test("noise that is correlated in time goes on too", () => {
  const sizes = { steps: 60, updateAfter: 50, checkpoint: { every: 25 } };
  const options = { ...base, noiseCorrelation: 0.9, ...sizes };
  const whole = begin(options);
  const more = trainer.load(begin(options, 1).training.save(), options);
  for (const _ of more);
  assertEquals(more.save(), whole.training.save());
  const white = begin({ ...options, noiseCorrelation: 0 });
  assert(white.training.save().join() !== whole.training.save().join());
});

Deno.test("environments side by side, and those without snapshots", () => {
  const options = { ...base, environment: vectorized(pendulum, 3), steps: 700, updateEvery: 5 };
  const run = { ...options, evaluate: { every: 300, environment: pendulum, episodes: 1 } };
  const whole = begin(run);
  const file = whole.training.save();
  const episodes = whole.events.filter((event) => event.type === "episode");
  assertEquals(episodes.map(({ environment, step }) => [environment, step]), [
    [0, 600],
    [1, 600],
    [2, 600],
  ]);
  const more = trainer.load(begin(run, 4).training.save(), {
    ...run,
    environment: vectorized(pendulum, 3),
  });
  for (const _ of more);
  assertEquals(more.save(), file);
  const bare = (): Environment => {
    const { snapshot: _, restore: __, ...task } = pendulum();
    return task;
  };
  const loaded = trainer.load(begin({ ...base, environment: bare }, 1).training.save(), {
    ...base,
    environment: bare,
  });
  const ends = [...loaded].filter(({ type }) => type === "episode").map(({ step }) => step);
  assertEquals(ends, [], "the episode that began at 0 was given up at 100");
});

/** A pendulum whose answers take a while. */
function slowPendulum(): AsyncEnvironment {
  const task = pendulum();
  const later = async <T>(f: () => T): Promise<T> => {
    await Promise.resolve();
    return f();
  };
  return {
    ...task,
    reset: (k) => later(() => task.reset(k)),
    step: (a) => later(() => task.step(a)),
    snapshot: () => later(() => task.snapshot?.()),
    restore: (s) => later(() => task.restore?.(s)),
  };
}

Deno.test("environments that return promises train in an asynchronous iteration", async () => {
  const whole = begin(base);
  const files: Uint8Array[] = [];
  const checkpoint = { every: 100, write: (bytes: Uint8Array) => void files.push(bytes) };
  const options = { ...base, environment: slowPendulum, checkpoint };
  const training = trainer(options);
  assertEquals(await Array.fromAsync(training), whole.events);
  assertEquals(files.length, 3);
  const more = trainer.load(files[0], options);
  assertEquals(await Array.fromAsync(more), whole.events.slice(1));
  assertEquals(files[4], files[2]);
  const again = trainer(options);
  assertThrows(() => [...again], TypeError, "iterate over the trainer with for await");
  assertEquals(await Array.fromAsync(again), whole.events);
  assertThrows(() => again.save(), TypeError, "give checkpoint.write");
  const failing = trainer({
    ...options,
    environment: () => ({ ...slowPendulum(), step: () => Promise.reject(new Error("unplugged")) }),
  });
  await assertRejects(() => Array.fromAsync(failing), Error, "unplugged");
});

Deno.test("an asynchronous iteration lets timers run, and ends where its signal says", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  const training = trainer({ ...base, steps: 1e6, startSteps: 1e6, signal: controller.signal });
  await Array.fromAsync(training);
  assert(training.step < 1e6);
});

Deno.test("a checkpoint that cannot be written ends the iteration, and is tried again", () => {
  let isFull = true;
  const written: number[] = [];
  const write = (_: Uint8Array, step: number) => {
    if (isFull) throw new Error("the disk is full");
    written.push(step);
  };
  const training = trainer({ ...base, checkpoint: { every: 100, write } });
  assertThrows(() => [...training], Error, "the disk is full");
  assertEquals(training.step, 100);
  isFull = false;
  const rest = [...training];
  assertEquals(rest[0], { type: "checkpoint", step: 100 });
  assertEquals(written, [100, 200, 260]);
});

Deno.test("files of other runs, other versions and damaged ones are refused by name", () => {
  const { training } = begin(base, 3);
  const bytes = training.save();
  const load = (file: Uint8Array, options: Partial<TrainerOptions<Td3State>> = {}) => () =>
    trainer.load(file, { ...base, ...options });
  for (let at = 5; at < bytes.length; at += 997) {
    const damaged = bytes.slice();
    damaged[at] ^= 4;
    assertThrows(load(damaged), SyntaxError);
  }
  assertThrows(load(bytes.subarray(0, bytes.length - 4)), SyntaxError);
  assertThrows(load(new Uint8Array(0)), SyntaxError);
  const { tensors, metadata } = readSafetensors(bytes);
  const other = writeSafetensors(tensors, { ...metadata, version: "2" });
  assertThrows(load(other), SyntaxError, 'version is "2", expected "1"');
  assertThrows(load(writeSafetensors(tensors, {})), SyntaxError, "format is missing");
  const wide = td3({ actor: mlpActor({ observationSpace, actionSpace }), criticSizes: [6] });
  assertThrows(
    load(bytes, { agent: wide }),
    TypeError,
    'another actor: kind is "ilc-san" there and "mlp" here',
  );
  const critics = td3({ actor, criticSizes: [7] });
  assertThrows(load(bytes, { agent: critics }), TypeError, "expected [7, 4]");
  assertThrows(load(bytes, { steps: 2, updateAfter: 1 }), RangeError, "beyond steps, 2");
  assertThrows(load(bytes, { replaySize: 9 }), TypeError, "the replay's size is 150, expected 9");
});

Deno.test("a file is refused where the agent's options give a state of other parts", () => {
  const perceptron = mlpActor({ observationSpace, actionSpace, hiddenSizes: [6] });
  const sizes = { actor: perceptron, criticSizes: [6] };
  const agents = {
    plain: td3(sizes),
    lagging: td3({ ...sizes, lag: 1 }),
    // Its target actor has the parameters of the actor.
    imitated: td3({ ...sizes, proxyTarget: { hiddenSizes: [6] } }),
  };
  const lacks = (part: string) => `it lacks "agent.${part}": it is of an agent with other options`;
  for (
    const [from, to, problem] of [
      ["plain", "lagging", lacks("ahead")],
      ["lagging", "plain", 'it has "agent.ahead.actor.'],
      ["plain", "imitated", lacks("optimizers.proxy")],
      ["imitated", "plain", 'it has "agent.optimizers.proxy.'],
    ] as const
  ) {
    const file = begin({ ...base, agent: agents[from] }, 1).training.save();
    trainer.load(file, { ...base, agent: agents[from] });
    assertThrows(() => trainer.load(file, { ...base, agent: agents[to] }), TypeError, problem);
  }
});

Deno.test("wrong options of a trainer are refused by name", () => {
  const careless = (value: unknown) => value as never;
  const make = (options: object) => () => trainer({ ...base, ...options });
  assertThrows(make({ environments: 3 }), TypeError, "did you mean environment?");
  assertThrows(make({ agent: actor }), TypeError, "expected an agent such as td3({ actor })");
  assertThrows(make({ environment: mountainCarContinuous }), TypeError, "2 observations");
  assertThrows(
    make({ environment: pendulum() }),
    TypeError,
    "environment is missing, expected a func",
  );
  assertThrows(make({ evaluate: { every: 0 } }), RangeError, "every is 0");
  assertThrows(make({ noiseCorrelation: 1 }), RangeError, "noiseCorrelation is 1");
  assertThrows(make({ checkpoint: { every: 1, write: 3 } }), TypeError, "write is 3");
  assertThrows(() => trainer(careless(undefined)), TypeError, "Cannot make a trainer");
});

Deno.test("a loss that is not finite ends the training by the name of the tensor", () => {
  const broken = {
    ...agent,
    update: (state: Td3State, ...rest: [never, never]): ReturnType<typeof agent.update> => {
      const [next, report] = agent.update(state, ...rest);
      const q1 = { ...next.networks.q1, "q.0.bias": tensor(new Float32Array(6).fill(NaN)) };
      return [{ ...next, networks: { ...next.networks, q1 } }, {
        ...report,
        criticLoss: tensor(NaN),
      }];
    },
  };
  assertThrows(
    () => [...trainer({ ...base, agent: broken })],
    RangeError,
    "criticLoss is NaN after update 1; the first tensor that is not finite is networks.q1.q.0.bias",
  );
});

Deno.test("environments side by side end beyond the steps, and are loaded there", () => {
  const options = () => ({ ...base, environment: vectorized(pendulum, 3), evaluate: undefined });
  const { training } = begin(options());
  assertEquals(training.step, 261);
  const more = trainer.load(training.save(), options());
  assertEquals([...more], []);
  assertThrows(
    () => trainer.load(training.save(), { ...options(), steps: 258 }),
    RangeError,
    "it is at step 261, beyond steps, 258",
  );
});

Deno.test("an evaluation does not run in the task of the training", () => {
  const task = pendulum();
  let isFree = false;
  const environment = () => ({ ...task, [Symbol.dispose]: () => void (isFree = true) });
  const shared = environment();
  for (const one of [() => task, () => shared]) {
    assertThrows(
      () => trainer({ ...base, environment: one, evaluate: { every: 130, episodes: 1 } }),
      TypeError,
      "Cannot make a trainer, evaluate: environment returned the task of the training",
    );
  }
  const other = { every: 130, environment: mountainCarContinuous };
  assertThrows(
    () => trainer({ ...base, evaluate: other }),
    TypeError,
    "Cannot make a trainer, evaluate on MountainCarContinuous-v0: it has 2 observations",
  );
  assertEquals(isFree, false);
});

/** Two counters side by side, of which the second fails once; both count on while they can. */
function fragileCounters(isSlow: boolean) {
  let count = 0;
  return vectorized((): AsyncEnvironment => {
    const isFirst = count++ === 0;
    let [place, steps] = [0, 0];
    const step = () => {
      if (++steps === 210 && !isFirst) throw new Error("unplugged");
      place++;
      return { observation: [place, 0, 0], reward: place, terminated: false, truncated: false };
    };
    return {
      name: "counter",
      observationSpace: { low: [0, 0, 0], high: [1e3, 1, 1] },
      actionSpace,
      maxSteps: 1000,
      reset: () => [place = 0, 0, 0],
      step: isSlow ? () => new Promise((resolve) => resolve(step())) : step,
    };
  }, 2);
}

Deno.test("after a failure of one environment, all of them start new episodes", async () => {
  for (const isSlow of [false, true]) {
    const training = trainer({
      ...base,
      environment: fragileCounters(isSlow),
      steps: 520,
      evaluate: undefined,
      replaySize: 1000,
    });
    await assertRejects(() => Array.fromAsync(training), Error, "unplugged");
    assertEquals(training.step, 418);
    await Array.fromAsync(training);
    assertEquals(training.step, 520);
    const { tensors } = readSafetensors(training.save());
    const [before, after, rewards, starts] = [
      "observations",
      "nextObservations",
      "rewards",
      "starts",
    ].map((name) => tensors[`replay.${name}`].dataSync());
    rewards.forEach((reward, i) => {
      assertEquals([before[3 * i] + 1, after[3 * i]], [reward, reward], `experience ${i}`);
      assertEquals(starts[i], Number(before[3 * i] === 0), `experience ${i}`);
    });
  }
});

Deno.test("a file whose episode does not fit the actor is refused when it is loaded", () => {
  const { training } = begin({ ...base, noiseCorrelation: 0.5 }, 1);
  const bytes = training.save();
  const { tensors, metadata } = readSafetensors(bytes);
  const forge = (change: (seat: Record<string, unknown>) => void) => {
    const run = JSON.parse(metadata.run);
    change(run.seats[0]);
    const zeros = { ...metadata, run: JSON.stringify(run), checksum: "checksum-00000000" };
    const sum = crc32(writeSafetensors(tensors, zeros)).toString(16).padStart(8, "0");
    return writeSafetensors(tensors, { ...zeros, checksum: `checksum-${sum}` });
  };
  const load = (file: Uint8Array) => trainer.load(file, { ...base, noiseCorrelation: 0.5 });
  assertEquals(load(forge(() => {})).step, 100);
  for (const [part, expected] of [["observation", 3], ["noise", 1]] as const) {
    assertThrows(
      () => load(forge((seat) => seat[part] = [1, 2, 3, 4])),
      TypeError,
      `seats[0].${part} has length 4, expected ${expected}`,
    );
  }
});

Deno.test("a state of an environment that no file holds is refused in the first step", () => {
  const environment = () => ({ ...pendulum(), snapshot: () => ({ places: new Map() }) });
  const checkpoint = { every: 100, write: () => {} };
  const training = trainer({ ...base, environment, checkpoint });
  assertThrows(
    () => [...training],
    TypeError,
    "Cannot save the training: the run.environments[0].state.places is ",
  );
  assertEquals(training.step, 1);
});
