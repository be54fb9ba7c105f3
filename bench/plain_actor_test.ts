import { assertLess } from "@std/assert";
import { ilcSan } from "@spikeloop/actor";
import { key, normal } from "@spikeloop/random";
import { mul, sum, type Tensor, tensor, valueAndGrad } from "@spikeloop/tensor";
import { td3 } from "@spikeloop/training";
import { plainActorBackward, plainActorForward, type PlainParams } from "./plain_actor.ts";
import { plainLearner, plainTd3Update } from "./plain_td3.ts";
import { numbersOf } from "./shapes.ts";

type Tensors = Readonly<Record<string, Tensor>>;

const options = { obsDim: 3, actDim: 2, encPopDim: 5, decPopDim: 4, hiddenSizes: [24, 16] };
const actor = ilcSan(options);
const extents = { ...actor.options };
const batch = 20;

/** Both sum in another order: they agree to a small part of the largest number. */
function assertClose(got: Float32Array, want: Float32Array, what: string): void {
  const largest = want.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  want.forEach((x, i) => assertLess(Math.abs(got[i] - x), 1e-4 * largest + 1e-7, `${what}[${i}]`));
}

function assertAllClose(got: PlainParams, want: Tensors, what: string): void {
  for (const [name, x] of Object.entries(want)) {
    assertClose(got[name], x.dataSync(), `${what} ${name}`);
  }
}

Deno.test("the plain loops compute the actor's actions and gradients", () => {
  const params = actor.init(key(0));
  const obs = normal(key(1), [batch, 3]);
  const weights = normal(key(2), [batch, 2]);
  const grads = valueAndGrad((p: Tensors) => sum(mul(actor.apply(p, obs), weights)))(params)[1];
  const plain = numbersOf(params);
  const pass = plainActorForward(extents, plain, obs.dataSync());
  assertClose(pass.action, actor.apply(params, obs).dataSync(), "action");
  const back = plainActorBackward(extents, plain, obs.dataSync(), pass, weights.dataSync());
  assertAllClose(back, grads, "gradient of");
});

Deno.test("the plain loops make the same TD3 update", () => {
  const agent = td3({ actor, criticSizes: [16, 8] });
  const state = agent.init(key(3));
  const draw = (seed: number, ...shape: number[]) => normal(key(seed), shape);
  const noise = draw(4, batch, 2);
  const experiences = {
    observation: draw(5, batch, 3),
    action: draw(6, batch, 2),
    reward: draw(7, batch),
    nextObservation: draw(8, batch, 3),
    done: tensor(Array.from({ length: batch }, (_, i) => i % 7 === 0 ? 1 : 0)),
  };
  const [next] = agent.update(state, experiences, { timer: 0, key: key(9), noise });
  const { actor: policy, q1, q2 } = state.networks;
  const plain = {
    actor: plainLearner(numbersOf(policy)),
    critics: [plainLearner(numbersOf(q1)), plainLearner(numbersOf(q2))],
    steps: { actor: 0, critics: 0 },
  };
  const plainBatch = { ...numbersOf(experiences), noise: noise.dataSync() } as
    & Parameters<typeof plainTd3Update>[2]
    & PlainParams;
  plainTd3Update(extents, plain, plainBatch, true);
  for (const part of ["params", "target"] as const) {
    const want = part === "params" ? next.networks : next.targets;
    assertAllClose(plain.actor[part], want.actor, `${part} of the actor:`);
    assertAllClose(plain.critics[0][part], want.q1, `${part} of the first critic:`);
    assertAllClose(plain.critics[1][part], want.q2, `${part} of the second critic:`);
  }
});
