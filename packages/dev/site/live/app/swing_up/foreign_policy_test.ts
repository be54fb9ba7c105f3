import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { writeSafetensors } from "@spikeloop/interchange";
import { key } from "@spikeloop/random";
import { ones } from "@spikeloop/tensor";
import { act, emptyStatistics } from "@spikeloop/training";
import { factsOf, foreignPolicy } from "./foreign_policy.ts";

const codes = { timeSteps: 4, encode: "pop-det", decode: "mean-mem", actLimit: 2 } as const;

Deno.test("a state dict becomes a policy: shapes tell its sizes, wherever it lies in the file", () => {
  for (const connection of [undefined, "none"] as const) {
    const sizes = { obsDim: 3, actDim: 1, hiddenSizes: [6, 4], encPopDim: 5, decPopDim: 3 };
    const actor = ilcSan({ ...sizes, ...codes, connection });
    const params = actor.init(key(0));
    const bytes = writeSafetensors({ step: 3, model: { actor: params } });
    assertEquals(factsOf(bytes).hiddenSizes, [6, 4]);
    const policy = { actor, params, statistics: emptyStatistics(3) };
    const [action] = act(foreignPolicy(bytes, codes), [1, 0, 0.5]);
    assertAlmostEquals(action, act(policy, [1, 0, 0.5])[0], 1e-6);
  }
});

Deno.test("a file of SpikingJelly of another task, and one of another network, say so", () => {
  const path = new URL("../../../../../actor/testdata/actor_fr_mlp.pt", import.meta.url);
  const bytes = Deno.readFileSync(path);
  const { obsDim, hasRates } = factsOf(bytes);
  assertEquals(hasRates, true);
  assertThrows(() => foreignPolicy(bytes, codes), TypeError, `obsDim of the network is ${obsDim}`);
  const other = writeSafetensors({ fc1: { weight: ones([2, 3]) } });
  assertThrows(() => factsOf(other), TypeError, 'no "encoder.mean" in it, only fc1.weight');
  assertThrows(() => factsOf(new Uint8Array(50)), SyntaxError);
});
