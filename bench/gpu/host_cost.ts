/**
 * The processor's time that JavaScript takes per update of TD3 on a GPU, and per dispatch, measured
 * on a stand-in that executes nothing: `deno run -A bench/gpu/host_cost.ts`.
 *
 * @module
 */
import process from "node:process";
import { ilcSan } from "@spikeloop/actor";
import { fakeGpu } from "@spikeloop/dev/testing";
import { key, split, uniform } from "@spikeloop/random";
import { scoped, zeros } from "@spikeloop/tensor";
import { td3, type Td3State } from "@spikeloop/training";
import { webgpu } from "@spikeloop/webgpu";

const { gpu, dispatches, writes } = fakeGpu();
using backend = await webgpu({ gpu });
const [obsDim, actDim, rows] = [17, 6, 100];
const agent = td3({ actor: ilcSan({ obsDim, actDim }) });
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
let [bestUpdate, bestDispatch] = [Infinity, Infinity];
for (let round = 0; round < 12; round++) {
  const count = 100;
  const before = backend.info.dispatches;
  const cpu = process.cpuUsage();
  for (let i = 0; i < count; i++) state = update(state, i);
  const { user, system } = process.cpuUsage(cpu);
  const micros = user + system;
  bestUpdate = Math.min(bestUpdate, micros / count);
  bestDispatch = Math.min(bestDispatch, micros / (backend.info.dispatches - before));
  [dispatches, writes].forEach((list) => (list as unknown[]).length = 0);
}
console.log(
  `${bestUpdate.toFixed(0)} µs of processor per update, ${bestDispatch.toFixed(2)} µs per dispatch`,
);
