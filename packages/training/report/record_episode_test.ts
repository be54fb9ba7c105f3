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
  const { actions, observations, spikes, membranes, rates } = await recordEpisode(
    policy,
    pendulum(),
    key(1),
  );
  assertEquals([actions.length, observations.length], [200, 200]);
  assertEquals([spikes.length, membranes.length, spikes[0].length], [1000, 1000, 10]);
  assertEquals(rates.map(({ layer }) => layer), ["encoder", "hidden 1 (8 units)", "output"]);
  assert(rates.every(({ rate }) => rate >= 0 && rate <= 1));
  const fired = spikes.reduce((sum, units) => sum + units.reduce((a, b) => a + b), 0);
  assertAlmostEquals(rates[2].rate, fired / 10_000, 1e-12);
});

Deno.test("recordEpisode() acts like act(), and replays to the recorded return", async () => {
  const { actions, observations, total } = await recordEpisode(policy, pendulum(), key(1));
  assertEquals(actions[7], Array.from(act(policy, observations[7])));
  const again = await recordEpisode(policy, pendulum(), key(1));
  assertEquals([again.actions, again.total], [actions, total]);
});
