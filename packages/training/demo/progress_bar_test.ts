import { assertEquals, assertMatch } from "@std/assert";
import { ProgressBar, progressLine } from "./progress_bar.ts";

Deno.test("the progress line shows return, speed and time left", () => {
  const line = progressLine({ step: 500, steps: 1000, episodeReturn: -321.4, rate: 50 });
  assertMatch(line, /50 % .* -321 .* 50 steps\/s .* 0:10 left/);
});

Deno.test("a terminal gets one line that is redrawn, a file gets plain lines now and then", () => {
  const output = (terminal: boolean) => {
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
  assertEquals(output(true).match(/\r/g)?.length, 100);
  assertEquals(output(false).trimEnd().split("\n").length <= 6, true);
  assertEquals(["\r", "\x1b"].some((c) => output(false).includes(c)), false);
});
