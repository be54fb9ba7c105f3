import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { limitThreads } from "@spikeloop/cpu";
import { testUnless } from "@spikeloop/dev";
import { adam } from "@spikeloop/functional";
import { key } from "@spikeloop/random";
import { abs, add, div } from "@spikeloop/expr";
import { defineSurrogate } from "@spikeloop/surrogate";
import { affine, concat, mean, neg, type Tensor, valueAndGrad } from "@spikeloop/tensor";
import { pendulum } from "../environments/pendulum.ts";
import { td3 } from "../td3.ts";
import { assertResumes } from "../testing/assert_resumes.ts";
import { randomBatch } from "../testing/batches.ts";
import { trainLagging, untilSecondThread } from "../testing/lagging_program.ts";
import { stepsOfSecondThread } from "./steps_ahead.ts";

const { process } = globalThis as { process?: { getBuiltinModule?: unknown } };

/** Why no second thread can run here. */
const noThread = process?.getBuiltinModule === undefined
  ? "this runtime has no getBuiltinModule"
  : undefined;

const numbersOf = (tree: Readonly<Record<string, Tensor>>) =>
  Object.entries(tree).map(([name, x]) => [name, [...x.dataSync()]]);

Deno.test("a step of the actor shows one turn later, and is Adam's along the critic's slope", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
  const agent = td3({ actor, criticSizes: [8], actorLag: 1, actorLearningRate: 1e-2 });
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

testUnless(noThread, "a second thread makes the steps, with the same bits", () => {
  try {
    limitThreads(2);
    const { updates, numbers } = trainLagging(untilSecondThread(20));
    limitThreads(1);
    const before = stepsOfSecondThread();
    assertEquals(trainLagging((count) => count === updates).numbers, numbers);
    assertEquals(stepsOfSecondThread(), before);
  } finally {
    limitThreads(1);
  }
});

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
    const before = stepsOfSecondThread();
    const trained = trainLagging((count) => count === 60, { surrogate: rect() });
    assertEquals(stepsOfSecondThread(), before);
    limitThreads(1);
    const alone = trainLagging((count) => count === 60, { surrogate: rect() });
    assertEquals(alone.numbers, trained.numbers);
  } finally {
    limitThreads(1);
  }
});

for (
  const [flags, most, expected] of [
    [["-A"], Infinity, "two threads"],
    [["--no-prompt"], 200, "one thread"], // it may not read the program of the thread
  ] as const
) {
  testUnless(
    noThread,
    `a program with ${flags[0]} has ${expected}, and ends by itself`,
    async () => {
      const program = new URL("../testing/lagging_program.ts", import.meta.url).pathname;
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", ...flags, program, String(most)],
        stdin: "null",
        signal: AbortSignal.timeout(600_000),
      }).output();
      const [text, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      assertEquals([text.trim(), errors, success], [expected, "", true]);
    },
  );
}

Deno.test("a training with a lag goes on from its checkpoints to the same bits", () => {
  const { observationSpace, actionSpace } = pendulum();
  const actor = ilcSan({ observationSpace, actionSpace, hiddenSizes: [8] });
  assertResumes(() => ({
    environment: pendulum,
    agent: td3({ actor, criticSizes: [8], actorLag: 1 }),
    key: key(0),
    steps: 60,
    startSteps: 20,
    updateAfter: 20,
    batchSize: 8,
    checkpoint: { every: 7 },
  }));
});

Deno.test("states with and without a lag are not mixed, and batch norms don't lag", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
  const [plain, lagging] = ([0, 1] as const).map((actorLag) =>
    td3({ actor, criticSizes: [8], actorLag })
  );
  const options = { timer: 0, key: key(0) };
  assertThrows(
    () => plain.update(lagging.init(key(0)), randomBatch, options),
    TypeError,
    "it has a part ahead, expected td3 with actorLag: 1",
  );
  assertThrows(
    () => lagging.update(plain.init(key(0)), randomBatch, options),
    TypeError,
    "the state's ahead is missing",
  );
  assertThrows(() => td3({ actor, actorLag: 2 as 1 }), RangeError, "actorLag is 2");
  const normal = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], batchNorm: true });
  assertThrows(() => td3({ actor: normal, actorLag: 1 }), TypeError, "batches");
});

Deno.test("a state without the memory of the actor's optimizer is refused, with a lag too", () => {
  const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8] });
  for (const actorLag of [0, 1] as const) {
    const agent = td3({ actor, criticSizes: [8], actorLag });
    const state = agent.init(key(0));
    const { critics, actor: memory } = state.optimizers;
    const { mean } = memory.moments;
    for (
      const wrong of [
        undefined,
        5,
        { step: 0 },
        { ...memory, moments: { mean } },
        { ...memory, moments: { mean, meanSquare: {} } },
      ]
    ) {
      const broken = { ...state, optimizers: { critics, actor: wrong as never } };
      assertThrows(
        () => agent.update(broken, randomBatch, { timer: 0, key: key(1) }),
        Error,
        "Cannot ",
      );
    }
  }
});
