import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import {
  type Actor,
  type AsyncEnvironment,
  emptyStatistics,
  type Environment,
  evaluateActor,
  makeEnvironment,
  mlpActor,
  normalizeObservation,
  pendulum,
  td3,
  timeLimit,
  trainer,
} from "./mod.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
const policy = { actor, params: actor.init(key(4)), statistics: emptyStatistics(3) };

Deno.test("episodes side by side return what they return alone", () => {
  const options = { environment: pendulum, ...policy, key: key(5) };
  const many = evaluateActor({ ...options, episodes: 4 });
  assertEquals(many.length, 4);
  assertEquals(evaluateActor({ ...options, episodes: 2 }), many.slice(0, 2));
  assertEquals(new Set(many).size, 4);
});

Deno.test("where a task does not fit, those before it are disposed of", () => {
  const disposed: number[] = [];
  let count = 0;
  const environment = () => {
    const number = count++;
    const { observationSpace, ...task } = pendulum();
    const low = number < 2 ? observationSpace.low : [-1];
    const space = { ...observationSpace, low, high: low.map((x) => -x) };
    const dispose = () => void disposed.push(number);
    return { ...task, observationSpace: space, [Symbol.dispose]: dispose };
  };
  const options = { ...policy, environment, episodes: 4, key: key(0) };
  assertThrows(() => evaluateActor(options), TypeError, "it has 1 observation and");
  assertEquals(disposed, [0, 1, 2]);
});

Deno.test("the best actor of a training is evaluated as it is", () => {
  const options = { environment: pendulum, episodes: 2, key: key(5) };
  const best = { ...policy, step: 500, mean: -200 };
  assertEquals(evaluateActor({ ...options, ...best }), evaluateActor({ ...options, ...policy }));
});

Deno.test("a task that changes its statistics of observations is not evaluated", () => {
  const learning = () => timeLimit(normalizeObservation(pendulum()), 20);
  const options = { ...policy, episodes: 1, key: key(0) };
  const problem = "Pendulum-v1 changes its statistics of observations while it is evaluated";
  assertThrows(() => evaluateActor({ ...options, environment: learning }), TypeError, problem);
  const still = { statistics: emptyStatistics(3), update: false };
  const environment = () => timeLimit(normalizeObservation(pendulum(), still), 20);
  assertEquals(evaluateActor({ ...options, environment }).length, 1);

  // A trainer with one function for both says so at once, another one when it evaluates.
  const agent = td3({ actor, criticSizes: [4] });
  const sizes = { startSteps: 10, updateAfter: 10, batchSize: 4, steps: 20 };
  const train = (environment: () => Environment, evaluated?: () => Environment) =>
    trainer({
      ...sizes,
      agent,
      environment,
      key: key(0),
      evaluate: { every: 20, episodes: 1, environment: evaluated },
    });
  assertThrows(() => train(learning), TypeError, problem);
  assertEquals([...train(environment)].at(-1)?.type, "evaluation");
  const run = (make: () => Environment) => () => [...train(learning, make)];
  assertThrows(run(learning), TypeError, problem);
  assertThrows(
    run(pendulum),
    TypeError,
    "evaluate has raw observations, the training has those of",
  );
  assertEquals(run(environment)().at(-1)?.type, "evaluation");
});

Deno.test("tasks that return promises are evaluated to a promise of the same returns", async () => {
  const options = { ...policy, episodes: 3, key: key(5), maxSteps: 20 };
  const distant = (): AsyncEnvironment => {
    const { reset, step, ...rest } = pendulum();
    return { ...rest, reset: async (k) => await reset(k), step: async (a) => await step(a) };
  };
  const returns = evaluateActor({ ...options, environment: pendulum });
  assertEquals(await evaluateActor({ ...options, environment: distant }), returns);
  let isFree = false;
  const failing = (): AsyncEnvironment => ({
    ...distant(),
    step: () => Promise.reject(new Error("unplugged")),
    [Symbol.dispose]: () => isFree = true,
  });
  await assertRejects(
    () => evaluateActor({ ...options, environment: failing }),
    Error,
    "unplugged",
  );
  assertEquals(isFree, true);
});

Deno.test("wrong options of an evaluation are refused by name", () => {
  const careless = (value: unknown) => value as never;
  const options = { ...policy, environment: pendulum, episodes: 1, key: key(0) };
  assertThrows(
    () => evaluateActor({ ...options, environment: careless(pendulum()) }),
    TypeError,
    "environment is a record, expected a function that makes one, such as pendulum",
  );
  assertThrows(() => evaluateActor(careless({ ...options, episode: 1 })), TypeError, '"episode"');
  assertThrows(() => evaluateActor({ ...options, episodes: -1 }), RangeError, "episodes is -1");
  class Boat {}
  assertThrows(
    () => evaluateActor({ ...options, environment: careless(Boat) }),
    TypeError,
    "environment is a class (Boat), expected a function that makes one, such as pendulum; " +
      "write () => new ...",
  );
  const { actor: _, ...rest } = options;
  assertThrows(
    () => evaluateActor(careless(rest)),
    TypeError,
    "actor is missing, expected an actor",
  );
});

/** A task that never ends, with one array for all observations of all episodes. */
const shared = [0];
const endless = (): Environment => ({
  name: "endless",
  observationSpace: { low: [0], high: [9] },
  actionSpace: { low: [-1], high: [1] },
  maxSteps: Infinity,
  reset: () => shared,
  step: () => {
    shared[0]++;
    return { observation: shared, reward: 1, terminated: false, truncated: false };
  },
});

const small = ilcSan({ obsDim: 1, actDim: 1, hiddenSizes: [2], encPopDim: 1, timeSteps: 1 });
const smallPolicy = {
  actor: small as Actor,
  params: small.init(key(0)),
  statistics: emptyStatistics(1),
  key: key(0),
};

Deno.test("an evaluation ends, though the task does not", () => {
  const options = { ...smallPolicy, environment: endless, episodes: 2 };
  assertEquals(evaluateActor({ ...options, maxSteps: 7 }), [7, 7]);
  assertEquals(evaluateActor({ ...options, episodes: 1 }), [10_000]);
  const told = () => ({ ...endless(), maxSteps: 20 });
  assertEquals(evaluateActor({ ...options, environment: told }), [20, 20]);
});

Deno.test("an actor is refused whose sizes or limit are not the task's", () => {
  const space = (low: number[], high: number[]) => () =>
    makeEnvironment<number>({
      name: "point",
      observationSpace: { low: [-9], high: [9] },
      actionSpace: { low, high },
      maxSteps: 2,
      start: () => 0,
      observe: (x) => [x],
      advance: (state) => ({ state, reward: 0, terminated: false }),
    });
  const evaluate = (low: number[], high: number[], policy = smallPolicy) =>
    evaluateActor({ ...policy, environment: space(low, high), episodes: 1 });
  assertEquals(evaluate([-1], [1]), [0]);
  assertEquals(evaluate([-Infinity], [Infinity]), [0]);
  assertThrows(() => evaluate([-2], [2]), RangeError, "with the task's observationSpace");
  assertThrows(() => evaluate([-0.5], [0.5]), RangeError, "from -0.5 to 0.5");
  assertThrows(() => evaluate([0], [1]), RangeError, "from 0 to 1, the actor's from -1 to 1");
  const { observationSpace, actionSpace } = space([0], [5])();
  const fitting = mlpActor({ observationSpace, actionSpace, hiddenSizes: [2] });
  assertEquals(
    evaluate([0], [5], { ...smallPolicy, actor: fitting, params: fitting.init(key(0)) }),
    [0],
  );
  assertThrows(() => evaluate([-1, -1], [1, 1]), TypeError, "1 observation and 2 actions");
});

Deno.test("an environment that is returned twice is refused", () => {
  const task = pendulum();
  assertThrows(
    () => evaluateActor({ ...policy, environment: () => task, episodes: 2, key: key(0) }),
    TypeError,
    "the same task twice",
  );
});
