import { assertEquals, assertRejects } from "@std/assert";
import { key, uniform } from "@spikeloop/random";
import { actorOperations, ilcSan, mlpActor } from "./mod.ts";

const spaces = { obsDim: 2, actDim: 2, actLimit: 1 };
const observations = uniform(key(1), [7, 2], { min: -1 });

Deno.test("the operations of an actor are those of its recorded spikes", async () => {
  const sizes = { encPopDim: 3, decPopDim: 4, hiddenSizes: [5, 6] };
  const actor = ilcSan({ ...spaces, ...sizes });
  const params = actor.init(key(0));
  const counts = await actorOperations(actor, params, observations);
  const { encoded, spikes } = actor.applyWithSpikes(params, observations);
  const T = 5;
  const sum = (x: { dataSync(): Float32Array }) => x.dataSync().reduce((a, b) => a + b, 0);
  const last = spikes[2].dataSync();
  const heard = last.subarray(0, last.length * (T - 1) / T).reduce((a, b) => a + b, 0);
  const effective = [
    ...[sum(encoded) * 5, sum(spikes[0]) * 6, sum(spikes[1]) * 8], // linear layers
    ...[heard * 4, sum(spikes[2])], // lateral, decoder
  ];
  assertEquals(counts.connections.map((c) => [c.name, c.kind, Math.round(c.effective * 7)]), [
    ["Linear0", "AC", effective[0]],
    ["Linear1", "AC", effective[1]],
    ["Linear2", "AC", effective[2]],
    ["lateral", "AC", effective[3]],
    ["decoder", "AC", effective[4]],
  ]);
  assertEquals(counts.counterpart, 6 * 5 + 5 * 6 + 6 * 8 + 8);
  assertEquals(counts.traffic.states, 4 * 2 * T * (2 * 5 + 2 * 6 + 3 * 8));
  assertEquals(counts.rates.map(({ name }) => name), ["hidden 1", "hidden 2", "output"]);
});

Deno.test("lateral spikes count when they arrive, as many steps later as the delay says", async () => {
  const effectiveAt = async (delay: number) => {
    const actor = ilcSan({ ...spaces, hiddenSizes: [5], connection: { delay } });
    const params = actor.init(key(0));
    const { connections } = await actorOperations(actor, params, observations);
    const last = actor.applyWithSpikes(params, observations).spikes[1];
    const heard = last.dataSync().subarray(0, last.size * Math.max(0, 5 - delay) / 5);
    const expected = heard.reduce((a, b) => a + b, 0) * 10 / 7; // ten units hear each of them
    return [connections.find(({ name }) => name === "lateral")?.effective, expected];
  };
  for (const delay of [1, 3, 7]) {
    const [actual, expected] = await effectiveAt(delay);
    assertEquals(actual, expected);
  }
});

Deno.test("an actor without lateral connection and with rates as its code has no such operations", async () => {
  const actor = ilcSan({
    ...{ ...spaces, hiddenSizes: [4] },
    ...{ connection: "none", encode: "pop-raw", decode: "fr-mlp" },
  });
  const { connections } = await actorOperations(actor, actor.init(key(0)), observations);
  assertEquals(connections.map(({ name, kind }) => [name, kind]), [
    ["Linear0", "MAC"],
    ["Linear1", "AC"],
    ["decoder", "MAC"],
  ]);
});

Deno.test("other actors are refused", async () => {
  const actor = mlpActor({ ...spaces, hiddenSizes: [4] });
  const run = () => actorOperations(actor as never, actor.init(key(0)), observations);
  await assertRejects(run, TypeError, "none of ilcSan");
});
