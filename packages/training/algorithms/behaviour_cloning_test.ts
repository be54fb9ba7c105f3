import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ilcSan, mlpActor } from "@spikeloop/actor";
import { restore, writeSafetensors } from "@spikeloop/interchange";
import { key, normal, uniform } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import { act, behaviourCloning, type CloningOptions, emptyStatistics } from "../mod.ts";
import * as hand from "../testing/by_hand.ts";

const actor = mlpActor({ obsDim: 2, actDim: 1, actLimit: 2, hiddenSizes: [4] });
const observations = normal(key(1), [5, 2]);
const actions = uniform(key(2), [5, 1], { min: -2, max: 2 });
const base = { actor, observations, actions, key: key(0), epochs: 1, batchSize: 5 };

Deno.test("an epoch of one batch is the step by hand in float64", () => {
  const params = actor.init(key(3));
  const [{ loss, state }] = behaviourCloning({ ...base, params, learningRate: 2e-3 });
  const rows = hand.rowsOf(observations);
  const columns = [0, 1].map((i) => rows.map((row) => row[i]));
  const normalized = rows.map((row) =>
    row.map((x, i) => {
      const mean = hand.average(columns[i]);
      const variance = hand.average(columns[i].map((y) => (y - mean) ** 2));
      return Math.min(Math.max((x - mean) / Math.sqrt(variance), -3), 3);
    })
  );
  const error = (p: hand.Numbers) =>
    hand.average(normalized.map((o, i) => {
      const [u] = hand.perceptron(p, ["fc1", "out"], hand.relu, o);
      return (2 * Math.tanh(u) - actions.dataSync()[i]) ** 2;
    }));
  const before = hand.numbersOf(params);
  const zero = Object.fromEntries(
    Object.entries(before).map(([name, x]) => [name, x.map(() => 0)]),
  );
  const moments = { step: 0, mean: zero, meanSquare: zero };
  const expected = hand.adam(before, hand.gradientOf(error, before), moments, { rate: 2e-3 });
  hand.assertClose(state.params, expected, 1e-6, "actor");
  assertAlmostEquals(loss, error(before), 1e-5);
});

Deno.test("a spiking actor learns choices, and goes on from a file to the same bits", () => {
  const spaces = { obsDim: 1, actionSpace: { n: 3 } };
  const spiking = ilcSan({ ...spaces, hiddenSizes: [16], encPopDim: 5, encode: "pop-ran" });
  const places = Array.from({ length: 60 }, (_, i) => [i / 30 - 1]);
  const choices = places.map(([o]) => Math.floor(1.5 * (o + 1)));
  const options = { actor: spiking, observations: places, actions: choices, key: key(0) };
  const run = { ...options, epochs: 30, batchSize: 32, learningRate: 0.01 };
  const events = [...behaviourCloning(run)];
  assert(events[29].loss < 0.5, `loss ${events[29].loss}`);
  assertEquals([...act(events[29].policy, [-0.9, 0.9], key(1))], [0, 2]);
  const bytes = writeSafetensors(events[9].state);
  const rest = [...behaviourCloning({ ...run, resume: restore(bytes, events[0].state) })];
  assertEquals(rest.map(({ epoch }) => epoch), events.slice(10).map(({ epoch }) => epoch));
  assertEquals(writeSafetensors(rest[19].state), writeSafetensors(events[29].state));
});

Deno.test("actions out of the actor's bounds are refused, and those at a bound are not", () => {
  const uneven = mlpActor({
    obsDim: 2,
    actionSpace: { low: [-1, 0], high: [1, 0.1] },
    hiddenSizes: [4],
  });
  const options = { actor: uneven, observations: [[0, 0], [1, 1]], key: key(0), epochs: 1 };
  const run = (
    last: number,
  ) => [...behaviourCloning({ ...options, actions: [[1, 0], [-1, last]] })];
  assertEquals(run(0.1).length, 1);
  const problem = "component 1 of actions[1] is 0.5, out of the actor's bounds from 0 to 0.1";
  assertThrows(() => run(0.5), RangeError, problem);
});

Deno.test("statistics are those that are given, and pairs that do not fit are refused by name", () => {
  const [{ policy }] = behaviourCloning({ ...base, statistics: emptyStatistics(2) });
  assertEquals([...policy.statistics.variance], [1, 1]);
  const refuse = (kind: typeof TypeError | typeof RangeError, problem: string, options: object) =>
    assertThrows(() => behaviourCloning({ ...base, ...options } as CloningOptions), kind, problem);
  refuse(TypeError, "did you mean observations?", { observation: 1 });
  refuse(TypeError, "actions has length 4, observations 5", { actions: [1, 2, 3, 4] });
  refuse(TypeError, "observations have shape [5]", { observations: tensor([1, 2, 3, 4, 5]) });
  refuse(TypeError, "observations[1] has length 1", { observations: [[1, 2], [3]] });
  refuse(TypeError, "expected a list of at least one vector", { observations: [] });
  refuse(RangeError, "actions[0][0] is NaN", { actions: [NaN, 1, 1, 1, 1] });
  refuse(RangeError, "epochs is 0", { epochs: 0 });
  const choosing = mlpActor({ obsDim: 2, actionSpace: { n: 3 }, hiddenSizes: [4] });
  refuse(RangeError, "actions[2] is 3", { actor: choosing, actions: [0, 1, 3, 0, 0] });
  refuse(TypeError, "resume.params", { resume: { epoch: 1, params: {}, optimizer: {} } });
});
