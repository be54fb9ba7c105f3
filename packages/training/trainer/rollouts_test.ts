import { assert, assertEquals, assertThrows } from "@std/assert";
import { mlpActor } from "@spikeloop/actor";
import { key } from "@spikeloop/random";
import { add, mean, mul, type Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import { cartPole, type Rollout, type RolloutAgent, trainer, vectorized } from "../mod.ts";

/** An agent that only raises the probability of what it did, to test rollouts. */
function imitator(steps: number): RolloutAgent<{ params: Record<string, Tensor>; sum: number }> {
  const { observationSpace, actionSpace } = cartPole();
  const policy = mlpActor({ observationSpace, actionSpace, hiddenSizes: [4] });
  const loss = valueAndGrad((params: Record<string, Tensor>, x: Tensor) => {
    const distribution = policy.distribution?.(params, x);
    return distribution && "logits" in distribution
      ? mean(mul(distribution.logits, distribution.logits))
      : add(0, 0);
  });
  return {
    name: "imitator",
    actor: policy,
    learnsFrom: "rollouts",
    rolloutSteps: steps,
    init: (k) => ({ params: policy.init(k), sum: 0 }),
    checkState: () => {},
    policy: ({ params }) => params,
    explore: (bound, observation) => {
      const action = bound.act(observation);
      return { action, sample: action };
    },
    update: ({ params, sum }, rollout) => {
      const [rows, count, obsDim] = rollout.observation.shape;
      assertEquals([rows, count, rollout.sample.shape], [steps, 2, [steps, 2, 1]]);
      const [value] = loss(params, tensor(rollout.observation.dataSync(), [rows * count, obsDim]));
      const rewards = rollout.reward.dataSync().reduce((a, b) => a + b, 0);
      return [{ params, sum: sum + rewards + value.item() }, { loss: value }];
    },
  };
}

Deno.test("agents that learn from rollouts get those of all environments, and go on from files", () => {
  const options = () => ({
    environment: vectorized(cartPole, 2),
    agent: imitator(7),
    key: key(3),
    steps: 100,
    checkpoint: { every: 10 },
  });
  const training = trainer(options());
  const events = [...training];
  const updates = events.filter(({ type }) => type === "update");
  assertEquals(updates.map(({ step }) => step), [14, 28, 42, 56, 70, 84, 98]);
  assert(events.some(({ type }) => type === "episode"));
  for (const stop of [1, 3, 8]) {
    const first = trainer(options());
    let count = 0;
    for (const _ of first) if (++count === stop) break;
    const more = trainer.load(first.save(), options());
    assertEquals([...more], events.slice(stop));
    assertEquals(more.save(), training.save());
  }
  assertThrows(
    () => trainer({ ...options(), batchSize: 3 }),
    TypeError,
    "batchSize is of agents with a replay buffer, which imitator has not",
  );
});

Deno.test("an agent of one's own whose functions return no tensors is named", () => {
  const run = (parts: object) => () => [...trainer({
    environment: vectorized(cartPole, 2),
    agent: { ...imitator(7), ...parts },
    key: key(3),
    steps: 14,
  })];
  const refused = (parts: object, message: string) => assertThrows(run(parts), TypeError, message);
  const update = (result: unknown) => ({ update: () => result });
  refused({ assess: 3 }, "Cannot make a trainer: the agent's assess is 3, expected a function");
  refused(
    { assess: () => ({ value: 1 }) },
    "Cannot train imitator: value in the result of its assess is 1, expected a tensor",
  );
  refused({ assess: () => 1 }, "Cannot train imitator: the result of its assess is 1");
  refused(
    update(undefined),
    "Cannot train imitator: the result of its update is missing, expected [state, losses]",
  );
  refused(update([{}, 1]), "Cannot train imitator: the result of its update is 1");
  refused(
    update([{}, { loss: 1 }]),
    "Cannot train imitator: loss in the result of its update is 1, expected a tensor",
  );
});

Deno.test("an episode that an interruption has ended counts as cut in its rollout", () => {
  const environment = () => {
    const { snapshot: _, restore: __, ...task } = cartPole();
    return task;
  };
  const rollouts: Rollout[] = [];
  const agent = imitator(7);
  const update: typeof agent.update = (state, rollout, options) => {
    rollouts.push(rollout);
    return agent.update(state, rollout, options);
  };
  const options = () => ({
    environment: vectorized(environment, 2),
    agent: { ...agent, update },
    key: key(3),
    steps: 14,
    checkpoint: { every: 6 },
  });
  const first = trainer(options());
  for (const _ of first) break;
  for (const _ of trainer.load(first.save(), options()));
  assertEquals(first.step, 6);
  const [{ truncated, terminated }] = rollouts;
  assertEquals([...terminated.dataSync()], new Array(14).fill(0));
  assertEquals([...truncated.dataSync()], [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
});
