import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { act } from "../act.ts";
import { pendulum } from "../environments/pendulum.ts";
import { emptyStatistics } from "../running_statistics.ts";
import { recordEpisode } from "./record_episode.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };

Deno.test("recordEpisode() records every step, and five time steps of ten units for each", async () => {
  const { actions, observations, spikes, membranes, layers } = await recordEpisode(
    policy,
    pendulum(),
    key(1),
  );
  assertEquals([actions.length, observations.length], [200, 200]);
  assertEquals([spikes.length, membranes.length, spikes[0].length], [1000, 1000, 10]);
  assertEquals(layers.map(({ layer }) => layer), ["encoder", "hidden 1 (8 units)", "output"]);
  assert(layers.every(({ rate }) => rate >= 0 && rate <= 1));
  const fired = spikes.reduce((sum, units) => sum + units.reduce((a, b) => a + b), 0);
  assertAlmostEquals(layers[2].rate, fired / 10_000, 1e-12);
  // Of every layer the first 60 steps, and the rates of all units.
  assertEquals(layers.map((l) => l.spikes.length), [300, 300, 300]);
  assertEquals(layers[2].spikes, spikes.slice(0, 300));
  const ofUnit = spikes.reduce((sum, units) => sum + units[3], 0);
  assertAlmostEquals(layers[2].unitRates[3], ofUnit / 1000, 1e-12);
});

Deno.test("recordEpisode() acts like act(), and replays to the recorded return", async () => {
  const { actions, observations, total } = await recordEpisode(policy, pendulum(), key(1));
  assertEquals(actions[7], Array.from(act(policy, observations[7])));
  const again = await recordEpisode(policy, pendulum(), key(1));
  assertEquals([again.actions, again.total], [actions, total]);
});
