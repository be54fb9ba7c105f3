import { Browser, findBrowser, testUnless } from "@spikeloop/dev";
import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { pendulum } from "../environments/pendulum.ts";
import { emptyStatistics } from "../running_statistics.ts";
import { lateralWeightOf, policyOperations } from "./policy_operations.ts";
import { recordEpisode } from "./record_episode.ts";
import { renderReport } from "./render_report.ts";

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });

async function render(environment: string): Promise<string> {
  const policy = { actor, params: actor.init(key(0)), statistics: emptyStatistics(3) };
  const recording = await recordEpisode(policy, pendulum(), key(1));
  return renderReport({
    method: "ILC-SAN trained by TD3",
    environment,
    seed: 7,
    steps: 10,
    seconds: 1,
    before: [-1200],
    after: [-150],
    curve: {
      episodes: [[200, -1000]],
      tests: [[200, -900]],
      losses: { criticLoss: [[100, 3], [200, 2]], actorLoss: [[100, 1], [200, 2]] },
    },
    recordingBefore: recording,
    recording,
    operations: await policyOperations(policy, recording.observations, key(2)),
    lateralWeight: lateralWeightOf(policy),
    settings: { actor: { hiddenSizes: [8], note: "<b>" } },
  });
}

const page = await render("Pendulum-v1");

Deno.test("renderReport() makes a page that stands alone, with a plot for every part", () => {
  // Returns, two losses, actions, three rasters, membranes, rates, lateral weights.
  assertEquals(page.match(/<svg/g)?.length, 10);
  assertNotMatch(page, /NaN|undefined|src=|href=|<b>"/);
  for (const text of ["actor.hiddenSizes", "&#60;b&#62;", "0.1.0", "additions for spikes"]) {
    assert(page.includes(text), text);
  }
});

Deno.test("a task without a drawing shows its observations as lines", async () => {
  const other = await render("Another");
  assertEquals(other.match(/<svg/g)?.length, 12);
  assertNotMatch(other, /<canvas|<script/);
});

const path = await findBrowser();

testUnless(
  path === undefined ? "no Chromium here" : undefined,
  "a report opens without errors on a phone and a screen, moves, and rests where it is asked to",
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "spikeloop-report-" });
    await Deno.writeTextFile(`${folder}/report.html`, page);
    const browser = await Browser.start(path ?? "");
    const tab = await browser.open();
    const moved = `Number(document.querySelector("input").value) > 0`;
    const step = () => tab.evaluate<number>(`Number(document.querySelector("input").value)`);
    for (const [width, colours] of [[360, "dark"], [1280, "light"]] as const) {
      await tab.look({ width, colours });
      await tab.goto(`file://${folder}/report.html`);
      await tab.waitFor(moved);
      assert(await tab.evaluate<number>("document.documentElement.scrollWidth") <= width);
    }
    await tab.look({ width: 360, colours: "light", reducedMotion: true });
    await tab.goto(`file://${folder}/report.html`);
    await tab.frames(20);
    assertEquals(await step(), 0);
    const drawn = `[...document.querySelectorAll("canvas")].map((canvas) => canvas.getContext("2d")
        .getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0))`;
    assertEquals(await tab.evaluate<boolean[]>(drawn), [true, true]);
    await tab.evaluate(`document.querySelector("button").click()`);
    await tab.waitFor(moved);
    assertEquals(tab.takeErrors(), []);
    await tab.close();
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  },
);
