import { assertEquals, assertMatch } from "@std/assert";
import { TrainingProgress } from "./training_progress.ts";

function output(isTerminal: boolean): string {
  let text = "";
  let time = 0;
  const progress = new TrainingProgress(100, isTerminal, (t) => text += t, 0, () => time);
  for (let step = 1; step <= 100; step++) {
    time += 200;
    progress.update(step, step % 10 === 0 ? -step : undefined);
  }
  progress.end();
  return text;
}

Deno.test("the progress of a training has return and speed", () => {
  assertMatch(output(false), /50\/100 .* left, return -50, 5 steps\/s/);
});

Deno.test("a terminal gets one line that is redrawn, a file gets plain lines now and then", () => {
  assertMatch(output(true), /^\r[^\n]*\n$/);
  assertEquals(output(false).trimEnd().split("\n").length, 10);
  assertEquals(["\r", "\x1b"].some((c) => output(false).includes(c)), false);
});
