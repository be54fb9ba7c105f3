import { assertEquals, assertLessOrEqual } from "@std/assert";
import { fakeGpu } from "@spikeloop/dev/testing";
import { webgpu } from "@spikeloop/webgpu";
import { td3Updates } from "./testing/td3_updates.ts";

/** The most dispatches of an update: what they cost the host is what an update costs. */
const budget = { withActor: 100, criticsOnly: 52 };

Deno.test("an update of TD3 keeps its budget of dispatches, and makes nothing anew", async () => {
  const { gpu, counts: objects } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const { first, update } = td3Updates(backend);
  let state = first;
  for (let i = 0; i < 20; i++) state = update(state, i);
  const before = { ...objects };
  const counts = [20, 21].map((i) => {
    const { dispatches } = backend.info;
    state = update(state, i);
    return backend.info.dispatches - dispatches;
  });
  for (let i = 22; i < 30; i++) state = update(state, i);
  assertEquals(objects, before);
  assertLessOrEqual(counts[0], budget.withActor);
  assertLessOrEqual(counts[1], budget.criticsOnly);
});
