import { assert, assertEquals, assertThrows } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { limitThreads } from "@spikeloop/cpu";
import { testUnless } from "@spikeloop/dev";
import { garbageCollector } from "@spikeloop/dev/testing";
import { adam } from "@spikeloop/functional";
import { key, normal } from "@spikeloop/random";
import { abs, add, div } from "@spikeloop/expr";
import { defineSurrogate } from "@spikeloop/surrogate";
import {
  affine,
  concat,
  grad,
  mean,
  neg,
  sum,
  type Tensor,
  valueAndGrad,
  zeros,
} from "@spikeloop/tensor";
import { pendulum } from "../environments/pendulum.ts";
import { makeTarget } from "../algorithms/td3_target.ts";
import { type Td3, td3 } from "../td3.ts";
import type { Td3State } from "../td3_state.ts";
import { assertResumes } from "../testing/assert_resumes.ts";
import { randomBatch } from "../testing/batches.ts";
import { makeTwinCritics } from "../twin_critics.ts";
import {
  noThread,
  sizes,
  tasksDone,
  trainLagging,
  untilSecondThread,
} from "../testing/lagging_program.ts";

const numbersOf = (tree: Readonly<Record<string, Tensor>>) =>
  Object.entries(tree).map(([name, x]) => [name, [...x.dataSync()]]);

Deno.test("a step of the actor shows one turn later, and is Adam's along the critic's slope", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
  const agent = td3({ actor, criticSizes: [8], lag: 1, actorLearningRate: 1e-2 });
  const optimizer = adam({ learningRate: 1e-2 });
  const { observation } = randomBatch;
  const loss = valueAndGrad((params: Readonly<Record<string, Tensor>>, q: typeof params) => {
    const input = concat([observation, actor.apply(params, observation)], 1);
    const hidden = affine(input, q["q.0.weight"], q["q.0.bias"], { relu: true });
    return neg(mean(affine(hidden, q["q.2.weight"], q["q.2.bias"])));
  });
  let state = agent.init(key(0));
  let params = state.networks.actor;
  let memory = optimizer.init(params);
  const losses: (number | undefined)[] = [];
  const expected: (number | undefined)[] = [undefined];
  for (let timer = 0; timer < 6; timer++) {
    const before = state.networks.actor;
    const [after, report] = agent.update(state, randomBatch, { timer, key: key(timer) });
    state = after;
    if (timer % 2 === 1) {
      assertEquals(state.networks.actor, before);
      continue;
    }
    assertEquals(numbersOf(state.networks.actor), numbersOf(params));
    const [value, grads] = loss(params, state.networks.q1);
    [params, memory] = optimizer.update(params, grads, memory);
    assertEquals(numbersOf(state.ahead?.actor ?? {}), numbersOf(params));
    assertEquals(state.optimizers.actor.step, memory.step);
    losses.push(report.actorLoss?.item());
    expected.push(value.item());
  }
  assertEquals(losses, expected.slice(0, 3));
});

Deno.test("critics learn from the batch of the update before, and its target", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
  const options = { actor, criticSizes: [8], policyDelay: 100 };
  const [plain, lagging] = ([0, 1] as const).map((lag) => td3({ ...options, lag }));
  const batches = [1, 2, 3, 4].map((seed) => ({
    ...randomBatch,
    observation: normal(key(seed), [6, 3]),
    noise: normal(key(10 + seed), [6, 1]),
  }));
  const train = (agent: Td3, order: readonly number[]) => {
    let [state, losses]: [Td3State, number[]] = [agent.init(key(0)), []];
    for (const [i, at] of order.entries()) {
      const { noise, ...batch } = batches[at];
      const [next, report] = agent.update(state, batch, { timer: 1 + i, key: key(0), noise });
      state = next;
      losses = [...losses, report.criticLoss.item()];
    }
    const { q1, q2 } = state.networks;
    return { losses, critics: [q1, q2].map(numbersOf) };
  };
  assertEquals(train(lagging, [0, 1, 2, 3]), train(plain, [0, 0, 1, 2]));
});

Deno.test("a target is computed with the networks that the update was given", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
  const agent = td3({ actor, criticSizes: [8], lag: 1, policyDelay: 1, polyak: 0.5 });
  const twins = makeTwinCritics(3, 1, [8]);
  const target = makeTarget(actor, twins, agent.options);
  let state = agent.init(key(0));
  for (let timer = 0; timer < 3; timer++) {
    const { targets } = state;
    const noise = normal(key(timer), [6, 1]);
    [state] = agent.update(state, randomBatch, { timer, key: key(0), noise });
    const expected = target({ targets, batch: randomBatch, noise });
    assertEquals(state.ahead?.criticBatch.target.dataSync(), expected.dataSync());
  }
});

for (const actor of [ilcSan(sizes), mlpActor(sizes)]) {
  const { kind } = actor;
  testUnless(noThread, `a second thread does the tasks of ${kind}, with the same bits`, () => {
    try {
      limitThreads(2);
      const start = tasksDone();
      const { updates, numbers } = trainLagging(untilSecondThread(20), actor);
      limitThreads(1);
      const before = tasksDone();
      assert(before.every((count, i) => count - start[i] >= 20));
      assertEquals(trainLagging((count) => count === updates, actor).numbers, numbers);
      assertEquals(tasksDone(), before);
    } finally {
      limitThreads(1);
    }
  });
}

testUnless(noThread, "the thread may end at any time, and no bit changes", () => {
  try {
    const isOver = untilSecondThread(30);
    const { updates, numbers } = trainLagging((count) => {
      limitThreads(count % 40 === 39 ? 1 : 2);
      return isOver();
    });
    limitThreads(1);
    assertEquals(trainLagging((count) => count === updates).numbers, numbers);
  } finally {
    limitThreads(1);
  }
});

Deno.test("a function of the learning rate is called once for a step, when it begins", () => {
  const steps: number[] = [];
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
  const actorLearningRate = (step: number) => (steps.push(step), 1e-3);
  const agent = td3({ actor, criticSizes: [8], policyDelay: 1, lag: 1, actorLearningRate });
  let state = agent.init(key(0));
  for (let timer = 0; timer < 3; timer++) {
    [state] = agent.update(state, randomBatch, { timer, key: key(timer) });
    assertEquals(steps.length, timer + 1);
  }
  numbersOf(state.ahead?.actor ?? {});
  assertEquals(steps, [1, 2, 3]);
});

Deno.test("a gradient flows through a step that shows later", () => {
  const actor = mlpActor({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
  const [plain, lagging] = ([0, 1] as const).map((lag) => {
    const agent = td3({ actor, criticSizes: [8], lag });
    const slope = grad((reward: Tensor) => {
      const options = { timer: 0, key: key(0) };
      const [state] = agent.update(agent.init(key(0)), { ...randomBatch, reward }, options);
      return sum((state.ahead?.actor ?? state.networks.actor)["out.weight"]);
    });
    return slope(randomBatch.reward).dataSync();
  });
  assert(plain.some((x) => x !== 0));
  assertEquals(lagging, plain);
});

testUnless(noThread, "what the other thread computes otherwise is not used", () => {
  // It knows the name, not these slopes.
  const rect = defineSurrogate({
    name: "rect",
    params: {},
    slope: (u) => div(0.25, add(1, abs(u))),
  });
  try {
    limitThreads(2);
    trainLagging(untilSecondThread(1)); // starts it
    const before = tasksDone();
    const trained = trainLagging((count) => count === 60, ilcSan({ ...sizes, surrogate: rect() }));
    assertEquals(tasksDone(), before);
    limitThreads(1);
    const alone = trainLagging((count) => count === 60, ilcSan({ ...sizes, surrogate: rect() }));
    assertEquals(alone.numbers, trained.numbers);
  } finally {
    limitThreads(1);
  }
});

const [packages, training] = ["../../", "../"].map((path) =>
  new URL(path, import.meta.url).pathname
);
for (
  const [flags, most, expected] of [
    [["-A"], Infinity, "two threads"],
    [["--no-prompt", `--allow-read=${packages}`], Infinity, "two threads"],
    // It may not read the program of the thread, or what that imports.
    [["--no-prompt"], 200, "one thread"],
    [["--no-prompt", `--allow-read=${training}`], 200, "one thread"],
    [["--no-prompt", "--allow-read", `--deny-read=${packages}cpu`], 200, "one thread"],
  ] as const
) {
  const names = flags.join(" ").replaceAll(packages, "packages/");
  testUnless(
    noThread,
    `a program with ${names} has ${expected}, and ends by itself`,
    async () => {
      const program = new URL("../testing/lagging_program.ts", import.meta.url).pathname;
      const asked = await Deno.makeTempFile();
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", ...flags, program, String(most)],
        env: { DENO_AUDIT_PERMISSIONS: asked },
        stdin: "null",
        signal: AbortSignal.timeout(600_000),
      }).output();
      const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals([text.trim(), errors, success], [expected, "", true]);
      assertEquals((await Deno.readTextFile(asked)).includes('"env"'), false);
      await Deno.remove(asked);
    },
  );
}

Deno.test("an update does not keep the updates before it in memory", async () => {
  const collect = await garbageCollector();
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [64] });
  const agent = td3({ actor, criticSizes: [8], lag: 1, policyDelay: 1 });
  const learn = (state: Td3State, timer: number) =>
    agent.update(state, randomBatch, { timer, key: key(timer) })[0];
  let state = learn(agent.init(key(0)), 0);
  const early = [state.ahead?.actor, state.ahead?.criticBatch, state.targets].map((part) =>
    new WeakRef(part ?? {})
  );
  for (let timer = 1; timer < 20; timer++) state = learn(state, timer);
  await new Promise((resolve) => setTimeout(resolve)); // references show values until then
  collect();
  assertEquals(early.map((part) => part.deref()), [undefined, undefined, undefined]);
  assertEquals(state.optimizers.actor.step, 20);
});

Deno.test("a training with a lag goes on from its checkpoints to the same bits", () => {
  const { observationSpace, actionSpace } = pendulum();
  const actor = ilcSan({ observationSpace, actionSpace, hiddenSizes: [8] });
  assertResumes(() => ({
    environment: pendulum,
    agent: td3({ actor, criticSizes: [8], lag: 1 }),
    key: key(0),
    steps: 60,
    startSteps: 20,
    updateAfter: 20,
    batchSize: 8,
    checkpoint: { every: 7 },
  }));
});

Deno.test("states with and without a lag are not mixed", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
  const [plain, lagging] = ([0, 1] as const).map((lag) => td3({ actor, criticSizes: [8], lag }));
  const options = { timer: 0, key: key(0) };
  assertThrows(
    () => plain.update(lagging.init(key(0)), randomBatch, options),
    TypeError,
    "it has a part ahead, expected td3 with lag: 1",
  );
  assertThrows(
    () => lagging.update(plain.init(key(0)), randomBatch, options),
    TypeError,
    "the state's ahead is missing",
  );
});

Deno.test("a batch of the critics with another form is refused", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
  const agent = td3({ actor, criticSizes: [8], lag: 1 });
  const state = agent.init(key(0));
  const { observation, action } = randomBatch;
  for (
    const [part, problem] of [
      [undefined, "ahead.criticBatch"],
      [{ ...randomBatch }, "ahead.criticBatch"],
      [{ ...state.ahead?.criticBatch, target: zeros([6]) }, '"target" has shape [6], expected [0]'],
      [{ observation, action }, '"target" is missing, expected [6]'],
      [{ action, target: zeros([6]) }, '"observation" is missing'],
      [{ observation, action, target: zeros([6, 1]) }, '"target" has shape [6, 1]'],
    ] as const
  ) {
    const ahead = { ...state.ahead, criticBatch: part } as unknown as Td3State["ahead"];
    assertThrows(
      () => agent.update({ ...state, ahead }, randomBatch, { timer: 0, key: key(0) }),
      TypeError,
      problem,
    );
  }
});

Deno.test("a lag is 0 or 1, and 0 with batch norms", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
  assertThrows(() => td3({ actor, lag: 2 as 1 }), RangeError, "lag is 2");
  const normalizing = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], batchNorm: true });
  assertThrows(() => td3({ actor: normalizing, lag: 1 }), TypeError, "batches");
});

Deno.test("a state of the actor's optimizer with another form is refused, with a lag too", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
  for (const lag of [0, 1] as const) {
    const agent = td3({ actor, criticSizes: [8], lag });
    const state = agent.init(key(0));
    const { critics, actor: { step, moments } } = state.optimizers;
    const { mean, meanSquare } = moments;
    for (
      const [wrong, problem] of [
        [undefined, "optimizers.actor is missing"],
        [5, "optimizers.actor is 5"],
        [{ step }, "moments are undefined"],
        [{ step, moments: { mean } }, "meanSquare"],
        [{ step, moments: { mean, meanSquare: {} } }, "meanSquare: parameter"],
        [{ step, moments: { mean, meanSquare, third: mean } }, 'no moment "third"'],
        ...lag === 1 ? [[{ step: -1, moments }, "step is -1"]] as const : [],
      ] as const
    ) {
      const broken = { ...state, optimizers: { critics, actor: wrong as never } };
      assertThrows(
        () => agent.update(broken, randomBatch, { timer: 0, key: key(1) }),
        Error,
        lag === 1 ? problem : "Cannot ", // without a lag the optimizer words it
      );
    }
  }
});
