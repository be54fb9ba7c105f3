// Tests of TD3 against the reference, on any backend.
import { assertEquals, assertLess } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { adam } from "@spikeloop/functional";
import { readSafetensors } from "@spikeloop/interchange";
import { key } from "@spikeloop/random";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { type Tensor, tensor } from "@spikeloop/tensor";
import { type Td3, td3, type Td3Networks, type Td3State } from "../mod.ts";
import golden from "../testdata/rl.json" with { type: "json" };

const { config, updates } = golden.td3;

/** An agent of the recorded size. */
export function goldenAgent(): Td3 {
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
  return td3({
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
}

/** The recorded networks under a prefix, on a backend. */
function networksAt(
  tensors: Readonly<Record<string, Tensor>>,
  prefix: string,
  backend: Backend,
): Td3Networks {
  const part = (name: string) =>
    Object.fromEntries(
      Object.entries(tensors).filter(([n]) => n.startsWith(`${prefix}.${name}.`))
        .map(([n, x]) => [
          n.slice(prefix.length + name.length + 2),
          tensor(x.dataSync(), x.shape, { backend }),
        ]),
    );
  return { actor: part("san"), q1: part("q1"), q2: part("q2") };
}

/** Runs the recorded updates on a backend. */
export function td3Suite(backend: Backend): void {
  Deno.test(`four updates equal the reference's, parameter by parameter (${backend.name})`, async () => {
    const agent = goldenAgent();
    const { tensors } = readSafetensors(
      Deno.readFileSync(new URL("../testdata/td3_states.safetensors", import.meta.url)),
    );
    const networks = networksAt(tensors, "s0.ac", backend);
    let state: Td3State = {
      networks,
      targets: networksAt(tensors, "s0.targ", backend),
      optimizers: {
        actor: adam().init(networks.actor),
        critics: adam().init({ q1: networks.q1, q2: networks.q2 }),
      },
    };
    const load = (x: { data: number[]; shape: number[] }) =>
      tensor(Float32Array.from(x.data), x.shape, { backend });
    for (const [i, u] of updates.entries()) {
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
      for (const [prefix, actual] of [["ac", state.networks], ["targ", state.targets]] as const) {
        const expected = networksAt(tensors, `s${i + 1}.${prefix}`, cpu);
        for (const net of ["actor", "q1", "q2"] as const) {
          // Adam turns the smallest gradient into a step of the learning rate, so a few percent of
          // such a step may differ.
          const tolerance = 0.03 * (net === "actor" ? config.sanLr : config.qLr);
          await Promise.all(
            Object.entries(expected[net]).map(async ([name, x]) => {
              const numbers = await actual[net][name].data();
              const worst = Math.max(...x.dataSync().map((n, j) => Math.abs(n - numbers[j])));
              assertLess(worst, tolerance, `update ${i + 1}, ${prefix}.${net}.${name}`);
            }),
          );
        }
      }
    }
  });
}
