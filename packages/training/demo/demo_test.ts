import { assert, assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { readCheckpoint, writeCheckpoint } from "../checkpoint.ts";
import { pendulum } from "../pendulum.ts";
import { emptyStatistics } from "../running_statistics.ts";
import { parseArguments } from "./arguments.ts";
import { ProgressBar, progressLine } from "./progress.ts";
import { recordEpisode } from "./record_episode.ts";
import { report } from "./report.ts";

Deno.test("arguments have defaults, and both forms of values are read", () => {
  assertEquals(parseArguments([]), { seed: 0, steps: 12000, out: "demo-out", help: false });
  assertEquals(parseArguments(["--seed", "3", "--steps=50", "--out=x"]), {
    seed: 3,
    steps: 50,
    out: "x",
    help: false,
  });
  assertEquals(parseArguments(["--help"]).help, true);
});

Deno.test("arguments that make no sense are refused by name", () => {
  assertThrows(() => parseArguments(["--speed"]), TypeError, "--speed");
  assertThrows(() => parseArguments(["--steps", "many"]), RangeError, "--steps is many");
  assertThrows(() => parseArguments(["--seed"]), RangeError, "--seed is missing");
  assertThrows(() => parseArguments(["--steps=0"]), RangeError, "at least 1");
});

Deno.test("the progress line shows return, speed and time left", () => {
  const line = progressLine({ step: 500, steps: 1000, episodeReturn: -321.4, rate: 50 });
  assertMatch(line, /50 % .* -321 .* 50 steps\/s .* 0:10 left/);
});

Deno.test("a terminal gets one line that is drawn anew, a file gets plain lines now and then", () => {
  const shown = (terminal: boolean) => {
    let text = "";
    let time = 0;
    const bar = new ProgressBar(100, terminal, (t) => text += t, () => time);
    for (let step = 1; step <= 100; step++) {
      time += 200;
      bar.update(step, step % 10 === 0 ? -step : undefined);
    }
    bar.close();
    return text;
  };
  assertEquals(shown(true).match(/\r/g)?.length, 100);
  assertEquals(shown(false).trimEnd().split("\n").length <= 6, true);
  assertEquals(["\r", "\x1b"].some((c) => shown(false).includes(c)), false);
});

const actor = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [8], actLimit: 2 });
const checkpoint = { params: actor.init(key(0)), statistics: emptyStatistics(3) };

Deno.test("a checkpoint is read back as it was written", () => {
  const read = readCheckpoint(writeCheckpoint(checkpoint), actor);
  assertEquals(Object.keys(read.params).sort(), Object.keys(checkpoint.params).sort());
  for (const [name, x] of Object.entries(checkpoint.params)) {
    assertEquals(read.params[name].dataSync(), x.dataSync());
  }
  assertEquals(read.statistics, checkpoint.statistics);
  const other = ilcSan({ obsDim: 3, actDim: 1, hiddenSizes: [9] });
  assertThrows(
    () => readCheckpoint(writeCheckpoint(checkpoint), other),
    TypeError,
    "Linear0.weight",
  );
});

Deno.test("the report stands alone, and shows every part of an episode", () => {
  const recording = recordEpisode(pendulum(), actor, checkpoint, key(1));
  assertEquals([recording.actions.length, recording.spikes.length, recording.spikes[0].length], [
    200,
    1000,
    10,
  ]);
  assert(recording.rates.every(({ rate }) => rate >= 0 && rate <= 1));
  const page = report({
    environment: "Pendulum-v1",
    seed: 0,
    steps: 10,
    seconds: 1,
    before: [-1200],
    after: [-150],
    curve: { episodes: [[200, -1000]], tests: [[200, -900]] },
    recording,
  });
  assertEquals(page.match(/<svg/g)?.length, 4);
  assertNotMatch(page, /NaN|undefined|<script|src=|href=/);
});
