import { assertEquals, assertNotMatch } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { pendulum } from "../environments/pendulum.ts";
import { emptyStatistics } from "../running_statistics.ts";
import { recordEpisode } from "./record_episode.ts";
import { renderReport } from "./render_report.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });

Deno.test("renderReport() makes a page that stands alone, with a plot for every part", async () => {
  const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };
  const page = renderReport({
    method: "ILC-SAN trained by TD3",
    environment: "Pendulum-v1",
    seed: 0,
    steps: 10,
    seconds: 1,
    before: [-1200],
    after: [-150],
    curve: { episodes: [[200, -1000]], tests: [[200, -900]] },
    recording: await recordEpisode(policy, pendulum(), key(1)),
  });
  assertEquals(page.match(/<svg/g)?.length, 4);
  assertNotMatch(page, /NaN|undefined|<script|src=|href=/);
});
