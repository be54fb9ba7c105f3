import { assertEquals, assertLess } from "@std/assert";
import { noGpu, testUnless } from "@spikeloop/dev";
import * as e from "@spikeloop/expr";
import {
  add,
  elementwise,
  exp,
  mul,
  neg,
  scoped,
  sum,
  type Tensor,
  valueAndGrad,
  zeros,
} from "@spikeloop/tensor";
import { type WebGpu, webgpu } from "./mod.ts";

const reason = await noGpu();

/** Registers a test that has a GPU to itself. */
function test(name: string, run: (gpu: WebGpu) => void | Promise<void>): void {
  testUnless(reason, name, async () => {
    using gpu = await webgpu();
    await run(gpu);
  });
}

test("the memory of a gradient goes back to the pool and serves the next one", async (gpu) => {
  const loss = valueAndGrad((x: Tensor) => sum(mul(exp(x), exp(x))));
  const x = zeros([1000], { backend: gpu });
  const run = () => loss(x).map((t) => gpu.release?.(t.storage));
  run();
  const { bytesInUse, bytesHeld } = gpu.info;
  for (let i = 0; i < 50; i++) run();
  assertEquals([gpu.info.bytesInUse, gpu.info.bytesHeld], [bytesInUse, bytesHeld]);
  gpu.trim();
  // The number 1, from which gradients start, was kept.
  assertEquals([gpu.info.bytesInUse, gpu.info.bytesHeld], [bytesInUse - 256, bytesInUse - 256]);
  assertEquals((await loss(x)[1].data())[999], 2);
});

test("scoped() holds the memory of two rounds of a loop", async (gpu) => {
  const step = scoped(gpu, (state: { x: Tensor; count: number }) => ({
    x: add(mul(neg(state.x), 0), add(state.x, 1)),
    count: state.count + 1,
  }));
  const first = zeros([64], { backend: gpu });
  let state = { x: first, count: 0 };
  const bytes: number[] = [];
  for (let i = 0; i < 100; i++) {
    state = step(state);
    bytes.push(gpu.info.bytesInUse);
  }
  assertEquals(bytes, bytes.map(() => 2 * 256));
  assertEquals([(await state.x.data())[0], state.count, (await first.data())[0]], [100, 100, 0]);
});

test("a loop in a scope compiles and binds nothing again, and hands over many dispatches at once", async (gpu) => {
  const counts = { pipelines: 0, bindings: 0, submits: 0 };
  const { device, device: { queue } } = gpu;
  const createBindGroup = device.createBindGroup.bind(device);
  const createComputePipeline = device.createComputePipeline.bind(device);
  const submit = queue.submit.bind(queue);
  device.createBindGroup = (d) => (counts.bindings++, createBindGroup(d));
  device.createComputePipeline = (d) => (counts.pipelines++, createComputePipeline(d));
  queue.submit = (commands) => (counts.submits++, submit(commands));
  const loss = valueAndGrad((x: Tensor) => sum(mul(exp(x), x)));
  const step = scoped(gpu, (x: Tensor) => add(x, mul(loss(x)[1], -0.01)));
  let x: Tensor = zeros([100], { backend: gpu });
  for (let i = 0; i < 10; i++) x = step(x);
  Object.assign(counts, { pipelines: 0, bindings: 0, submits: 0 });
  const before = gpu.info.dispatches;
  for (let i = 0; i < 100; i++) x = step(x);
  await x.data();
  assertEquals({ ...counts, submits: 0 }, { pipelines: 0, bindings: 0, submits: 0 });
  assertLess(counts.submits, (gpu.info.dispatches - before) / 50);
});

test("a map of more tensors than a shader may bind runs as well", async (gpu) => {
  const total = elementwise("total", 12, (...xs) => xs.reduce((a, b) => e.add(a, b)));
  const parts = Array.from({ length: 12 }, (_, i) => gpu.tensor([i, 1]));
  assertEquals([...await total(...parts).data()], [66, 12]);
});
