import { assertEquals, assertNotEquals } from "@std/assert";
import { trials } from "@spikeloop/dev/testing";
import { ilcSan } from "@spikeloop/actor";
import { onGpu } from "@spikeloop/dev";
import { key, split, uniform } from "@spikeloop/random";
import { scoped, zeros } from "@spikeloop/tensor";
import { pendulum, td3, type Td3State, trainer } from "./mod.ts";
import { td3Suite } from "./testing/td3_suite.ts";

await onGpu("TD3", (backend) => {
  td3Suite(backend);

  Deno.test("TD3 trains on the GPU in flat memory, and reads nothing back", async () => {
    const sizes = { encPopDim: 2, decPopDim: 2, hiddenSizes: [4], timeSteps: 2 };
    const actor = ilcSan({ obsDim: 2, actDim: 1, ...sizes });
    const agent = td3({ actor, criticSizes: [4] });
    const update = scoped(backend, (state: Td3State, i: number): Td3State => {
      const [a, b, c, d, noise] = split(key(i), 5);
      const batch = {
        observation: uniform(a, [4, 2], { backend }),
        action: uniform(b, [4, 1], { backend }),
        reward: uniform(c, [4], { backend }),
        nextObservation: uniform(d, [4, 2], { backend }),
        done: zeros([4], { backend }),
      };
      // It returns no promise, and a GPU is read by waiting: so nothing was read.
      return agent.update(state, batch, { timer: i, key: noise })[0];
    });
    const first = agent.init(key(0), { backend });
    let state = first;
    const bytes: number[] = [];
    for (let i = 0; i < trials(100, 2000); i++) {
      state = update(state, i);
      bytes.push(backend.info.bytesHeld);
    }
    assertEquals(bytes.slice(10), bytes.slice(10).map(() => bytes[9]));
    const weight = ({ networks }: Td3State) => networks.actor["encoder.mean"].data();
    assertNotEquals(await weight(state), await weight(first));
  });

  Deno.test("a trainer learns on the GPU, acts on the CPU, and goes on there from a file", async () => {
    const { observationSpace, actionSpace } = pendulum();
    const sizes = { encPopDim: 2, decPopDim: 2, hiddenSizes: [4], timeSteps: 2 };
    const actor = ilcSan({ observationSpace, actionSpace, ...sizes });
    const options = {
      environment: pendulum,
      agent: td3({ actor, criticSizes: [4] }),
      key: key(0),
      steps: trials(40, 400),
      batchSize: 4,
      startSteps: 10,
      updateAfter: 10,
      updateEvery: 10,
      measureEvery: 20,
    };
    const training = trainer({ ...options, backend });
    const bytes: number[] = [];
    for await (const event of training) {
      if (event.type !== "update") continue;
      assertEquals(Number.isFinite(event.losses.criticLoss), true);
      bytes.push(backend.info.bytesHeld);
    }
    assertEquals(bytes.slice(2), bytes.slice(2).map(() => bytes[1]));
    const more = trainer.load(await training.saveAsync(), options);
    assertEquals(more.policy.params, training.policy.params);
  });
});
