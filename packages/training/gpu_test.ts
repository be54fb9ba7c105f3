import {
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { trials } from "@spikeloop/dev/testing";
import { ilcSan } from "@spikeloop/actor";
import { onGpu } from "@spikeloop/dev";
import { key, normal, randint, split, uniform } from "@spikeloop/random";
import { scoped, tensor, zeros } from "@spikeloop/tensor";
import { cartPole, pendulum, ppo, td3, type Td3State, trainer } from "./mod.ts";
import { td3Suite } from "./testing/td3_suite.ts";

await onGpu("TD3", (backend) => {
  td3Suite(backend);

  for (const lag of [0, 1] as const) {
    Deno.test(`TD3 with lag ${lag} trains on the GPU in flat memory, and reads nothing back`, async () => {
      const sizes = { encPopDim: 2, decPopDim: 2, hiddenSizes: [4], timeSteps: 2 };
      const actor = ilcSan({ obsDim: 2, actDim: 1, ...sizes });
      const agent = td3({ actor, criticSizes: [4], lag });
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

    Deno.test(`a trainer with lag ${lag} learns on the GPU, acts on the CPU, and goes on there from a file`, async () => {
      const { observationSpace, actionSpace } = pendulum();
      const sizes = { encPopDim: 2, decPopDim: 2, hiddenSizes: [4], timeSteps: 2 };
      const actor = ilcSan({ observationSpace, actionSpace, ...sizes });
      const options = {
        environment: pendulum,
        agent: td3({ actor, criticSizes: [4], lag }),
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
  }

  Deno.test("an update of PPO on the GPU equals the CPU's", async () => {
    const { observationSpace, actionSpace } = cartPole();
    const sizes = { encPopDim: 2, timeSteps: 2, hiddenSizes: [4] };
    const actors = [
      ilcSan({ obsDim: 3, actDim: 2, ...sizes, decPopDim: 2, logStd: "parameter" }),
      ilcSan({ observationSpace, actionSpace, ...sizes }),
    ];
    for (const actor of actors) {
      const [obsDim, { actDim }] = [actor.observationSpace.low.length, actor.head];
      const learningRate = 1e-3;
      const agent = ppo({
        actor,
        valueSizes: [4],
        rolloutSteps: 4,
        minibatchSize: 5,
        epochs: 2,
        learningRate,
        entropyCoefficient: 0.01,
      });
      const [a, b, c, d] = split(key(1), 4);
      const rollout = {
        observation: normal(a, [4, 2, obsDim]),
        sample: "n" in actor.actionSpace ? randint(b, [4, 2, 1], { min: 0, max: 2 }) : normal(
          b,
          [4, 2, actDim],
        ),
        reward: normal(c, [4, 2]),
        nextObservation: normal(d, [4, 2, obsDim]),
        terminated: tensor([[0, 0], [1, 0], [0, 0], [0, 0]]),
        truncated: tensor([[0, 0], [0, 0], [0, 1], [0, 0]]),
      };
      const options = { timer: 0, key: key(2) };
      const first = agent.init(key(0));
      const [expected, expectedReport] = agent.update(first, rollout, options);
      const onGpu = agent.init(key(0), { backend });
      assertThrows(() => agent.update(onGpu, rollout, options), TypeError, "read the tensors");
      const assessment = agent.assess(onGpu, rollout, options);
      const assessed = Object.fromEntries(
        await Promise.all(
          Object.entries(assessment).map(async ([name, x]) => [name, await x.data()] as const),
        ),
      );
      // It returns no promise, and a GPU is read by waiting: so nothing was read.
      const [state, report] = agent.update(onGpu, rollout, { ...options, assessed });
      assertAlmostEquals(state.returns.mean, expected.returns.mean, 1e-5);
      for (const name of ["policyLoss", "valueLoss", "entropy", "divergence"] as const) {
        const [loss] = await report[name].data();
        assertAlmostEquals(loss, expectedReport[name].item(), 1e-5, name);
      }
      for (const part of ["actor", "value"] as const) {
        for (const [name, x] of Object.entries(expected.networks[part])) {
          const numbers = await state.networks[part][name].data();
          const worst = Math.max(...x.dataSync().map((n, i) => Math.abs(n - numbers[i])));
          // As in td3Suite: a few percent of a step of Adam may differ.
          assertLess(worst, 0.03 * learningRate, `${part}.${name}`);
        }
      }
    }
  });

  Deno.test("a trainer learns by PPO on the GPU in flat memory, and goes on from a file", async () => {
    const { observationSpace, actionSpace } = pendulum();
    const sizes = { encPopDim: 2, decPopDim: 2, hiddenSizes: [4], timeSteps: 2 };
    const actor = ilcSan({ observationSpace, actionSpace, ...sizes, logStd: "parameter" });
    const agent = ppo({ actor, valueSizes: [4], rolloutSteps: 6, minibatchSize: 6, epochs: 2 });
    const options = { environment: pendulum, agent, key: key(0), measureEvery: 3 };
    const training = trainer({ ...options, steps: trials(36, 600), backend });
    const bytes: number[] = [];
    for await (const event of training) {
      if (event.type !== "update") continue;
      assertEquals(Object.values(event.losses).every(Number.isFinite), true);
      bytes.push(backend.info.bytesHeld);
    }
    assertEquals(bytes.length, trials(6, 100));
    assertEquals(bytes.slice(2), bytes.slice(2).map(() => bytes[1]));
    const file = await training.saveAsync();
    const more = trainer.load(file, { ...options, steps: trials(48, 660), backend });
    let count = 0;
    for await (const { type } of more) if (type === "update") count++;
    assertEquals(count, trials(2, 10));
  });
});
