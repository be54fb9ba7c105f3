import { assertEquals, assertLessOrEqual } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { fakeGpu } from "@spikeloop/dev/testing";
import { key, split, uniform } from "@spikeloop/random";
import { scoped, zeros } from "@spikeloop/tensor";
import { webgpu } from "@spikeloop/webgpu";
import { td3, type Td3State } from "./mod.ts";

/** The most dispatches of an update: what they cost the host is what an update costs. */
const budget = { withActor: 100, criticsOnly: 52 };

Deno.test("an update of TD3 keeps its budget of dispatches, and makes nothing anew", async () => {
  const { gpu, made } = fakeGpu();
  using backend = await webgpu({ gpu });
  const [obsDim, actDim, rows] = [17, 6, 100];
  const agent = td3({ actor: ilcSan({ obsDim, actDim, hiddenSizes: [256, 256], timeSteps: 5 }) });
  const [a, b, c, d, n] = split(key(1), 5);
  const batch = {
    observation: uniform(a, [rows, obsDim], { backend }),
    action: uniform(b, [rows, actDim], { backend }),
    reward: uniform(c, [rows], { backend }),
    nextObservation: uniform(d, [rows, obsDim], { backend }),
    done: zeros([rows], { backend }),
  };
  const noise = uniform(n, [rows, actDim], { backend });
  const update = scoped(
    backend,
    (state: Td3State, i: number) => agent.update(state, batch, { timer: i, key: key(0), noise })[0],
  );
  let state = agent.init(key(0), { backend });
  for (let i = 0; i < 20; i++) state = update(state, i);
  const before = { ...made };
  const counts = [20, 21].map((i) => {
    const { dispatches } = backend.info;
    state = update(state, i);
    return backend.info.dispatches - dispatches;
  });
  for (let i = 22; i < 30; i++) state = update(state, i);
  assertEquals(made, before);
  assertLessOrEqual(counts[0], budget.withActor);
  assertLessOrEqual(counts[1], budget.criticsOnly);
});
