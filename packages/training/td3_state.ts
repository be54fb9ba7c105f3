import type { ActorParams } from "@spikeloop/actor";
import type { OptimizerState } from "@spikeloop/functional";
import type { Tensor } from "@spikeloop/tensor";
import type { ProxyState } from "./algorithms/proxy_target.ts";
import type { CriticBatch, Critics } from "./twin_critics.ts";

/** The networks: the actor and two critics. */
export type Td3Networks = Critics & {
  /** The actor's parameters. */
  readonly actor: ActorParams;
};

/** The state of learning, from which it continues. */
export type Td3State = {
  /** The networks that learn. */
  readonly networks: Td3Networks;
  /** The networks that follow them slowly; with `proxyTarget` the actor is the proxy. */
  readonly targets: Td3Networks;
  /** The states of the optimizers; with `proxyTarget` also the proxy's. */
  readonly optimizers: Td3Optimizers | Td3Optimizers & { readonly proxy: ProxyState };
  /** With `lag: 1`, results that show later. */
  readonly ahead?: Td3Ahead;
};

/** Results that show later where TD3 lags. */
export type Td3Ahead = {
  /** The actor of its next turn. The state of the actor's optimizer belongs to it. */
  readonly actor: ActorParams;
  /** The actor's loss before the step that led to it. */
  readonly actorLoss: Tensor;
  /** The critics learn from it in the next update. It has no rows before the first one. */
  readonly criticBatch: CriticBatch;
};

/** The states of the optimizers. */
export type Td3Optimizers = {
  /** The state of the actor's optimizer. */
  readonly actor: OptimizerState<ActorParams>;
  /** The state of the critics' optimizer. */
  readonly critics: OptimizerState<Critics>;
};
