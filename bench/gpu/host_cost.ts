/**
 * The processor's time that JavaScript takes per update of TD3 on a GPU, and per dispatch, measured
 * on a stand-in that executes nothing: `deno run -A bench/gpu/host_cost.ts`.
 *
 * @module
 */
import process from "node:process";
import { fakeGpu } from "@spikeloop/dev/testing";
import { webgpu } from "@spikeloop/webgpu";
import { td3Updates } from "../../packages/training/testing/td3_updates.ts";

const { gpu, dispatches, writes } = fakeGpu();
using backend = await webgpu({ gpu });
const { first, update } = td3Updates(backend);
let state = first;
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
