import { assert, assertEquals } from "@std/assert";
import { onGpu } from "@spikeloop/dev";
import { LearnerRun } from "./learner_run.ts";
import { firstSettings } from "./settings.ts";

await onGpu("the live page's run", (gpu) => {
  Deno.test("a run moves to the GPU and back with all that it has, and goes on", async () => {
    const run = new LearnerRun({ ...firstSettings, timeSteps: 1, hiddenSizes: [4] });
    while (run.step < 410) await run.advance(1);
    const before = run.policy();
    const step = run.step;
    await run.moveTo(gpu);
    await run.moveTo(undefined);
    assertEquals([run.step, run.policy()], [step, before]);
    await run.moveTo(gpu);
    await run.advance(1);
    assert(run.step > step);
    await run.moveTo(undefined);
    const last = run.step;
    await run.advance(1);
    assert(run.step > last && run.backend === undefined);
    assertEquals(run.report().episodes.map(([at]) => at), [200, 400]);
  });
});
