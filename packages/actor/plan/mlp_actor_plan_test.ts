import { assertEquals } from "@std/assert";
import { key, uniform } from "@spikeloop/random";
import { mlpActor, type MlpActorOptions } from "../mod.ts";

const base: MlpActorOptions = { obsDim: 5, actDim: 2, hiddenSizes: [33, 7] };
const variants: Readonly<Record<string, Partial<MlpActorOptions>>> = {
  "relu": {},
  "tanh": { activation: "tanh" },
  "an encoder": { encPopDim: 3, activation: "tanh" },
  "no hidden layer": { hiddenSizes: [] },
  "wide layers": { hiddenSizes: [130, 256] },
  "log-stds": { logStd: "network" },
};

for (const [name, options] of Object.entries(variants)) {
  Deno.test(`an observation alone has the bits of a batch in a perceptron: ${name}`, () => {
    const actor = mlpActor({ ...base, ...options });
    const params = [1, 2].map((seed) => actor.init(key(seed)));
    const bound = params.map((p) => actor.bind(p));
    const x = uniform(key(3), [20, 5], { min: -3, max: 3 });
    const batch = params.map((p) => [...actor.apply(p, x).dataSync()]);
    for (let row = 0; row < 20; row++) {
      const observation = x.dataSync().slice(5 * row, 5 * row + 5);
      for (const turn of [0, 1]) {
        assertEquals([...bound[turn].act(observation)], batch[turn].slice(2 * row, 2 * row + 2));
      }
    }
  });
}
