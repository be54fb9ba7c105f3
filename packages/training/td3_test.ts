import { assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { ones, tensor, zeros } from "@spikeloop/tensor";
import { obsDimOf } from "./take_actor.ts";
import { td3 } from "./td3.ts";
import { goldenAgent, td3Suite } from "./testing/td3_suite.ts";

for (const backend of [evaluator, cpu]) td3Suite(backend);

const agent = goldenAgent();
const { actor } = agent.options;
const [obsDim, { actDim }] = [obsDimOf(actor), actor.head];

Deno.test("an update depends on its arguments alone, and changes none of them", () => {
  const state = agent.init(key(1));
  const before = state.networks.actor["encoder.mean"].dataSync();
  const rows = (n: number, seed: number) =>
    tensor(
      Float32Array.from({ length: 8 * n }, (_, i) => Math.sin(i + seed)),
      n === 1 ? [8] : [8, n],
    );
  const batch = {
    observation: rows(3, 0),
    action: rows(2, 1),
    reward: rows(1, 2),
    nextObservation: rows(3, 3),
    done: tensor(new Float32Array(8), [8]),
  };
  const run = () =>
    agent.update(state, batch, { timer: 0, key: key(5) })[0].networks.actor["encoder.mean"]
      .dataSync();
  assertEquals(run(), run());
  assertEquals(state.networks.actor["encoder.mean"].dataSync(), before);
});

Deno.test("a batch of wrong shapes is refused by name", () => {
  const batch = {
    observation: zeros([4, obsDim]),
    action: zeros([4, actDim]),
    reward: zeros([4, 1]),
    nextObservation: zeros([4, obsDim]),
    done: zeros([4]),
  };
  const options = { timer: 0, key: key(0) };
  assertThrows(
    () => agent.update(agent.init(key(0)), batch, options),
    TypeError,
    "its reward has shape [4, 1], expected [4]",
  );
});

Deno.test("an update refuses a state, a timer or noise that does not fit", () => {
  const batch = {
    observation: zeros([4, obsDim]),
    action: zeros([4, actDim]),
    reward: zeros([4]),
    nextObservation: zeros([4, obsDim]),
    done: zeros([4]),
  };
  const state = agent.init(key(0));
  const options = { timer: 0, key: key(0) };
  const careless = (value: unknown) => value as never;
  const refuse = (
    kind: typeof TypeError | typeof RangeError,
    problem: string,
    parts: { state?: unknown; options?: object },
  ) =>
    assertThrows(
      () => agent.update(careless(parts.state ?? state), batch, { ...options, ...parts.options }),
      kind,
      problem,
    );
  refuse(RangeError, "timer is -1", { options: { timer: -1 } });
  refuse(TypeError, "timer is missing", { options: { timer: undefined } });
  refuse(TypeError, "key is 3", { options: { key: 3 } });
  refuse(TypeError, '"noise" has shape [4, 1]', { options: { noise: zeros([4, 1]) } });
  refuse(TypeError, '"noise" is an array', { options: { noise: [[0, 0]] } });
  refuse(TypeError, "networks are undefined", { state: { networks1: 1 } });
  refuse(TypeError, "networks are undefined", {
    state: { targets: state.targets, optimizers: state.optimizers },
  });
  const targets = { ...state.targets, q2: state.targets.actor };
  refuse(TypeError, "targets.q2", { state: { ...state, targets } });
  refuse(TypeError, "optimizers", { state: { ...state, optimizers: undefined } });
});

Deno.test("noise on the target's actions is in units of the actor's limit where that is asked for", () => {
  const batch = {
    observation: zeros([4, obsDim]),
    action: zeros([4, actDim]),
    reward: zeros([4]),
    nextObservation: zeros([4, obsDim]),
    done: zeros([4]),
  };
  const weight = (options: object, actLimit: number) => {
    const own = td3({
      actor: ilcSan({ obsDim, actDim, hiddenSizes: [4], actLimit }),
      criticSizes: [4],
      ...options,
    });
    const noise = ones([4, actDim]);
    const [state] = own.update(own.init(key(0)), batch, { timer: 1, key: key(0), noise });
    return [...state.networks.q1["q.0.bias"].dataSync()];
  };
  const scaled = { scaleNoise: true };
  assertEquals(weight(scaled, 1), weight({}, 1));
  assertEquals(weight(scaled, 2), weight({ targetNoise: 0.4, noiseClip: 1 }, 2));
});
