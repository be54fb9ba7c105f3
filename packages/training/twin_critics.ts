import * as e from "@spikeloop/expr";
import { meanSquaredError, type Placement } from "@spikeloop/functional";
import { type Key, split } from "@spikeloop/random";
import { add, elementwise, minimum, type Tensor, valueAndGrad } from "@spikeloop/tensor";
import { checkTensors } from "./check_tensors.ts";
import { type CriticParams, makeCritic } from "./critic.ts";

/** The critics alone. */
export type Critics = {
  /** The first critic's parameters. */
  readonly q1: CriticParams;
  /** The second critic's parameters. */
  readonly q2: CriticParams;
};

/** A batch for critics: observations, actions, and the values to learn for them. */
export type CriticBatch = {
  /** [B, obsDim]. */
  readonly observation: Tensor;
  /** [B, actDim]. */
  readonly action: Tensor;
  /** [B]. */
  readonly target: Tensor;
};

/** r + γ (1 - d) · value */
export const bellmanTarget = /* @__PURE__ */ elementwise(
  "Bellman target",
  4,
  (reward, done, value, gamma) => e.add(reward, e.mul(e.mul(gamma, e.sub(1, done)), value)),
);

/** Two critics of equal sizes, the smaller of whose values counts. */
export interface TwinCritics {
  /** The names and shapes of the parameters of one. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Draws both from a key each. */
  init(keys: readonly [Key, Key], placement?: Placement): Critics;
  /**
   * Checks the parameters of both among those of other networks.
   *
   * @throws {TypeError} if one is missing or has another shape.
   */
  check(action: string, networks: Readonly<Record<string, unknown>>): void;
  /** The first critic's values [N] of observations [N, obsDim] and actions [N, actDim]. */
  first(critics: Pick<Critics, "q1">, observation: Tensor, action: Tensor): Tensor;
  /** min(q1, q2)(observation, action), [N]. */
  smallest(critics: Critics, observation: Tensor, action: Tensor): Tensor;
  /** mean (q1 - target)² + mean (q2 - target)², and its gradients. */
  lossAndGrads(critics: Critics, batch: CriticBatch): [loss: Tensor, grads: Critics];
}

/** Makes two critics with these hidden layers. */
export function makeTwinCritics(
  obsDim: number,
  actDim: number,
  hiddenSizes: readonly number[],
): TwinCritics {
  const critic = makeCritic(obsDim, actDim, hiddenSizes);
  return {
    shapes: critic.shapes,
    init: ([a, b], placement) => ({ q1: critic.init(a, placement), q2: critic.init(b, placement) }),
    check: (action, { q1, q2 }) => {
      checkTensors(`${action}.q1`, q1, critic.shapes, "parameter");
      checkTensors(`${action}.q2`, q2, critic.shapes, "parameter");
    },
    first: ({ q1 }, observation, action) => critic.apply(q1, observation, action),
    smallest: ({ q1, q2 }, observation, action) => {
      const input = critic.join(observation, action);
      return minimum(critic.values(q1, input), critic.values(q2, input));
    },
    lossAndGrads: valueAndGrad((critics: Critics, { observation, action, target }: CriticBatch) => {
      const input = critic.join(observation, action);
      const loss = (q: CriticParams) => meanSquaredError(critic.values(q, input), target);
      return add(loss(critics.q1), loss(critics.q2));
    }),
  };
}

/** The keys of networks: the actor's and the critics'. */
export function splitNetworkKeys(key: Key): [actor: Key, critics: readonly [Key, Key]] {
  const [a, b, c] = split(key, 3);
  return [a, [b, c]];
}
