import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { adam } from "@spikeloop/functional";
import { readSafetensors } from "@spikeloop/interchange";
import { key } from "@spikeloop/random";
import { type Tensor, tensor, zeros } from "@spikeloop/tensor";
import { td3, type Td3Networks, type Td3Options, type Td3State } from "./mod.ts";
import golden from "./testdata/rl.json" with { type: "json" };

const { config, updates } = golden.td3;
const actor = ilcSan({
  obsDim: config.obs,
  actDim: config.act,
  encPopDim: config.enc,
  decPopDim: config.dec,
  hiddenSizes: config.hidden,
  timeSteps: config.T,
  actLimit: config.actLimit,
  encode: "pop-det",
  decode: "mean-mem",
  std: config.std,
  meanRange: config.meanRange as [number, number],
});
const agent = td3({
  actor,
  criticSizes: config.hidden,
  gamma: config.gamma,
  polyak: config.polyak,
  actorLearningRate: config.sanLr,
  criticLearningRate: config.qLr,
  targetNoise: config.targetNoise,
  noiseClip: config.noiseClip,
  policyDelay: config.policyDelay,
});

/** The networks recorded after some updates. */
function recorded(tensors: Readonly<Record<string, Tensor>>, prefix: string): Td3Networks {
  const part = (name: string) =>
    Object.fromEntries(
      Object.entries(tensors).filter(([n]) => n.startsWith(`${prefix}.${name}.`))
        .map(([n, x]) => [n.slice(prefix.length + name.length + 2), x]),
    );
  return { actor: part("san"), q1: part("q1"), q2: part("q2") };
}

Deno.test("four updates equal the reference's, parameter by parameter", () => {
  const { tensors } = readSafetensors(
    Deno.readFileSync(new URL("./testdata/td3_states.safetensors", import.meta.url)),
  );
  const networks = recorded(tensors, "s0.ac");
  let state: Td3State = {
    networks,
    targets: recorded(tensors, "s0.targ"),
    optimisers: {
      actor: adam().init(networks.actor),
      critics: adam().init({ q1: networks.q1, q2: networks.q2 }),
    },
  };
  const load = (x: { data: number[]; shape: number[] }) =>
    tensor(Float32Array.from(x.data), x.shape);
  updates.forEach((u, i) => {
    const batch = {
      observation: load(u.obs),
      action: load(u.act),
      reward: load(u.rew),
      nextObservation: load(u.obs2),
      done: load(u.done),
    };
    const options = { timer: u.timer, key: key(0), noise: load(u.targetNoiseRaw) };
    const [next, report] = agent.update(state, batch, options);
    state = next;
    assertEquals(report.actorLoss !== undefined, u.timer % 2 === 0);
    for (const [prefix, mine] of [["ac", state.networks], ["targ", state.targets]] as const) {
      const theirs = recorded(tensors, `s${i + 1}.${prefix}`);
      for (const net of ["actor", "q1", "q2"] as const) {
        // Adam turns the smallest gradient into a step of the learning rate: a few percent of that may differ.
        const tolerance = 0.03 * (net === "actor" ? config.sanLr : config.qLr);
        for (const [name, want] of Object.entries(theirs[net])) {
          const got = mine[net][name].dataSync();
          const worst = Math.max(...want.dataSync().map((w, j) => Math.abs(w - got[j])));
          assertLess(worst, tolerance, `update ${i + 1}, ${prefix}.${net}.${name}`);
        }
      }
    }
  });
});

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

Deno.test("wrong options and batches are refused by name", () => {
  assertThrows(() => td3({ actor, delay: 2 } as Td3Options), TypeError, '"delay"');
  assertThrows(() => td3({} as Td3Options), TypeError, "make it with ilcSan");
  assertThrows(() => td3({ actor, gamma: 2 }), RangeError, "gamma is 2");
  assertThrows(() => td3({ actor, policyDelay: 0.5 }), RangeError, "policyDelay is 0.5");
  assertThrows(() => td3({ actor, actorLearningRate: -1 }), RangeError, "-1");
  assertEquals(td3({ actor, gamma: undefined }).options.gamma, 0.99);
  const batch = {
    observation: zeros([4, config.obs]),
    action: zeros([4, config.act]),
    reward: zeros([4, 1]),
    nextObservation: zeros([4, config.obs]),
    done: zeros([4]),
  };
  const options = { timer: 0, key: key(0) };
  assertThrows(
    () => agent.update(agent.init(key(0)), batch, options),
    TypeError,
    "its reward has shape [4, 1], expected [4]",
  );
});
