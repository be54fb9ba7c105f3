import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { LearnerRun } from "./learner_run.ts";
import type { Fingerprint } from "./learner_messages.ts";
import { readPolicy } from "./read_policy.ts";
import { firstSettings, type Settings } from "./settings.ts";

const small: Settings = { ...firstSettings, timeSteps: 2, hiddenSizes: [8] };

/** Trains for 500 steps in slices, and returns the hash then. */
async function hashOf(settings: Settings, slice: number, change?: (run: LearnerRun) => void) {
  const run = new LearnerRun(settings);
  let last: Fingerprint | undefined;
  while (last === undefined) {
    await run.advance(slice);
    if (run.step > 400) change?.(run);
    [last] = run.report().fingerprints;
  }
  assertEquals(last.step, 500);
  return last.hash;
}

Deno.test("the same seed makes the same run, however it is sliced; a change makes another", async () => {
  const hash = await hashOf(small, 1);
  assertEquals(await hashOf(small, 200), hash);
  assertNotEquals(await hashOf({ ...small, seed: 1 }, 200), hash);
  const learnsFaster = { ...small, learningRate: 2e-3 };
  assertNotEquals(await hashOf(small, 0, (run) => run.change(learnsFaster)), hash);
  const isSteeper = { ...small, surrogate: "atan", alpha: 4 } as const;
  assertNotEquals(await hashOf(small, 0, (run) => run.change(isSteeper)), hash);
});

Deno.test("a run reports episodes with their true returns, and its policy can be read", async () => {
  const run = new LearnerRun(small);
  while (run.step < 450) await run.advance(1);
  const { episodes, step, rate } = run.report();
  assertEquals(episodes.map(([at]) => at), [200, 400]);
  assert(episodes.every(([, total]) => total < -300 && total > -2000), `${episodes}`);
  assert(step >= 450 && rate > 0);
  assertEquals(run.report().episodes, []);
  const { actor } = readPolicy(run.policy());
  assertEquals(actor.options.hiddenSizes, [8]);
});
