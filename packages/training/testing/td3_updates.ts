import { ilcSan } from "@spikeloop/actor";
import type { Backend } from "@spikeloop/backend";
import { key, split, uniform } from "@spikeloop/random";
import { scoped, zeros } from "@spikeloop/tensor";
// By its name, so that bench/gpu/host_cost.ts can measure the packages of another checkout.
import { td3, type Td3State } from "@spikeloop/training";

/** Updates of TD3 at the size of a benchmark, always from the same batch. */
export interface Td3Updates {
  /** The state before the first update. */
  readonly first: Td3State;
  /** Does update i, and releases what it made besides the new state. */
  readonly update: (state: Td3State, i: number) => Td3State;
}

/** Makes updates of 17 observations, 6 actions, hidden layers of 256-256 and a batch of 100. */
export function td3Updates(backend: Backend): Td3Updates {
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
  return {
    first: agent.init(key(0), { backend }),
    update: scoped(
      backend,
      (state: Td3State, i: number) =>
        agent.update(state, batch, { timer: i, key: key(0), noise })[0],
    ),
  };
}
