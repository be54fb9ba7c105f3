import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mlpActor } from "@spikeloop/actor";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { key } from "@spikeloop/random";
import { copyTree, ones, zeros } from "@spikeloop/tensor";
import {
  emptyStatistics,
  pendulum,
  ppo,
  sac,
  type SacState,
  trainer,
  type TrainerEvent,
  type TrainerOptions,
  vectorized,
  writeCheckpoint,
} from "../mod.ts";

const { observationSpace, actionSpace } = pendulum();
const spaces = { observationSpace, actionSpace, hiddenSizes: [4] };
const options: TrainerOptions<SacState> = {
  environment: pendulum,
  agent: sac({ actor: mlpActor({ ...spaces, logStd: "network" }), criticSizes: [4] }),
  key: key(0),
  steps: 60,
  batchSize: 4,
  startSteps: 10,
  updateAfter: 20,
  updateEvery: 5,
  measureEvery: 20,
  evaluate: { every: 30, episodes: 1, maxSteps: 20 },
};

/** The CPU as a device: it has to be waited for. `reads` has the tensors that were read at once. */
function slowCpu() {
  const reads: number[] = [];
  let isOpen = false;
  const backend: Backend = {
    ...cpu,
    name: "slow",
    readSync: undefined,
    read: async (storage) => {
      if (!isOpen) reads.push(0);
      isOpen = true;
      reads[reads.length - 1]++;
      await Promise.resolve();
      isOpen = false;
      return cpu.read(storage);
    },
  };
  return { backend, reads };
}

Deno.test("a training on a device equals one on the CPU, and waits once for the updates of a step", async () => {
  const { backend, reads } = slowCpu();
  const whole = trainer(options);
  const expected = { events: [...whole], file: whole.save() };
  const training = trainer({ ...options, backend });
  const events = await Array.fromAsync(training);
  assertEquals(events, expected.events);
  const updates = events.filter(({ type }) => type === "update");
  const measured = updates.filter((event) => "saturated" in event);
  assertEquals([updates.length, measured.length], [8, 2]);
  assertEquals(reads.length, updates.length + measured.length);
  assertEquals(reads[0], 5 * 4 + Object.keys(training.policy.params).length);
  assertEquals(await training.saveAsync(), expected.file);
  assertEquals(training.policy.params, whole.policy.params);
});

Deno.test("a training goes on from the file of another device", async () => {
  const { backend } = slowCpu();
  let file: Uint8Array<ArrayBuffer> | undefined;
  const checkpoint = { every: 30, write: (bytes: typeof file) => void (file ??= bytes) };
  const whole = trainer({ ...options, backend, checkpoint });
  const events = await Array.fromAsync(whole);
  assert(file !== undefined);
  const at = events.findIndex(({ type }) => type === "checkpoint");
  const onCpu = trainer.load(file, { ...options, checkpoint });
  const onDevice = trainer.load(file, { ...options, checkpoint, backend });
  assertEquals([...onCpu], events.slice(at + 1));
  assertEquals(await Array.fromAsync(onDevice), events.slice(at + 1));
  assertEquals(await onDevice.saveAsync(), onCpu.save());
  assertEquals(await whole.saveAsync(), onCpu.save());
});

Deno.test("a state on a device goes on there, and the actor is read before the first step", async () => {
  const { backend } = slowCpu();
  const earlier = trainer({ ...options, backend });
  for await (const _ of earlier);
  const evaluate = { every: 10, episodes: 1, maxSteps: 20 };
  const later = trainer({ ...options, backend, state: earlier.state, evaluate });
  assertThrows(() => later.policy, TypeError, "still on the device");
  for await (const { type, step } of later) {
    assertEquals([type, step], ["evaluation", 10]);
    break;
  }
  assertEquals(later.policy.params, earlier.policy.params);
});

Deno.test("ppo on a device learns what it does on the CPU, and waits twice for an update", async () => {
  const { backend, reads } = slowCpu();
  const ppoOptions = {
    environment: vectorized(pendulum, 2),
    agent: ppo({
      actor: mlpActor({ ...spaces, logStd: "parameter" }),
      valueSizes: [4],
      rolloutSteps: 10,
      minibatchSize: 8,
      epochs: 2,
    }),
    key: key(0),
    steps: 50,
    measureEvery: 10,
  };
  // A device adds up its losses in single precision.
  const lossesOf = (events: readonly TrainerEvent[]) =>
    events.flatMap((event) => event.type === "update" ? Object.values(event.losses) : []);
  const whole = trainer(ppoOptions);
  const expected = lossesOf([...whole]);
  const expectedFile = whole.save();
  const training = trainer({ ...ppoOptions, backend });
  const losses = lossesOf(await Array.fromAsync(training));
  assertEquals([expected.length, losses.length], [8, 8]);
  losses.forEach((loss, i) => assertAlmostEquals(loss, expected[i], 1e-6));
  assertEquals(reads.length, 2 * 2 + 1);
  assertEquals(reads[0], 3);
  const file = await training.saveAsync();
  assertEquals(file, expectedFile);
  const more = { ...ppoOptions, steps: 90 };
  const later = trainer.load(file, { ...more, backend });
  for await (const _ of later);
  const laterFile = await later.saveAsync();
  const laterOnCpu = trainer.load(file, more);
  for (const _ of laterOnCpu);
  assertEquals(laterFile, laterOnCpu.save());
});

Deno.test("a tree on another device is refused, and the message says how to copy it", async () => {
  const { backend } = slowCpu();
  const { agent } = options;
  const refused = (run: () => unknown, problem: string) => assertThrows(run, TypeError, problem);
  const from = (name: string, tree: string) =>
    `${name} is on "slow", expected it on the CPU; pass a copy, await copyTree(${tree})`;
  const state = agent.init(key(0), { backend });
  const copying = `Cannot copy the state to "cpu": ${from("one of its tensors", "state")}`;
  refused(() => trainer({ ...options, state }), copying);
  refused(() => trainer({ ...options, state, backend: slowCpu().backend }), "copyTree(state)");
  const copied = trainer({ ...options, state: await copyTree(state) });
  assertEquals([...copied], [...trainer({ ...options, state: agent.init(key(0)) })]);
  const { actor } = agent;
  refused(
    () => writeCheckpoint({ actor, params: agent.policy(state), statistics: emptyStatistics(3) }),
    `Cannot write a checkpoint: ${from('parameter "fc1.weight"', "params")}`,
  );
  const learner = ppo({
    actor: mlpActor({ ...spaces, logStd: "parameter" }),
    rolloutSteps: 2,
    minibatchSize: 2,
  });
  const rollout = await copyTree({
    observation: ones([2, 1, 3]),
    sample: ones([2, 1, 1]),
    reward: ones([2, 1]),
    nextObservation: ones([2, 1, 3]),
    terminated: zeros([2, 1]),
    truncated: zeros([2, 1]),
  }, backend);
  refused(
    () => learner.update(learner.init(key(0)), rollout, { timer: 0, key: key(1) }),
    `Cannot update ppo: ${from('part "observation"', "rollout")}`,
  );
});

Deno.test("what needs the CPU is refused on a device", async () => {
  const { backend } = slowCpu();
  const training = trainer({ ...options, backend });
  assertThrows(() => [...training], TypeError, "iterate over the trainer with for await");
  assertThrows(() => training.save(), TypeError, "use saveAsync()");
  const wrong = { ...options, backend: "gpu" as never };
  assertThrows(() => trainer(wrong), TypeError, 'backend is "gpu"');
  const failing = {
    ...options,
    backend: { ...backend, read: () => Promise.reject(new Error("the device is lost")) },
  };
  await assertRejects(() => Array.fromAsync(trainer(failing)), Error, "the device is lost");
});
