import { assertEquals, assertGreater } from "@std/assert";
import { noGpu, testUnless } from "@spikeloop/dev";
import { fakeGpu } from "@spikeloop/dev/testing";
import { add } from "@spikeloop/tensor";
import { DeviceContext } from "./device.ts";
import { webgpu } from "./mod.ts";

Deno.test("reads that are asked for together share a mapping, and small ones a buffer", async () => {
  const { gpu, counts } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const tensors = [1, 2, 3].map((n) => backend.tensor(new Float32Array(n)));
  const read = () => Promise.all(tensors.map((x) => x.data()));
  assertEquals((await read()).map((numbers) => numbers.length), [1, 2, 3]);
  assertEquals(counts.mappings, 1);
  const { buffers } = counts;
  for (let i = 0; i < 5; i++) await read();
  await tensors[0].data();
  assertEquals([counts.mappings, counts.buffers], [7, buffers]);
});

Deno.test("where a runtime reports late that work is done, more is submitted meanwhile", async () => {
  const { device } = fakeGpu();
  const gpu = device as unknown as GPUDevice;
  let submits = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  gpu.queue.submit = () => {
    if (++submits > 2) resolve();
  };
  const createBuffer = gpu.createBuffer.bind(gpu);
  gpu.createBuffer = (descriptor) =>
    Object.assign(createBuffer(descriptor), { mapAsync: () => promise });
  const context = new DeviceContext(gpu, true);
  await context.read(context.allocate([1])[0]); // for ever, if no more were submitted
  assertGreater(submits, 2);
});

testUnless(
  await noGpu(),
  "a read gives what was there, also if the tensor is released",
  async () => {
    using gpu = await webgpu();
    const [x, y] = [gpu.tensor([1, 2]), gpu.tensor([5, 6, 7])];
    const sums = [x, y].map((t) => add(t, 1));
    const reads = [...sums, x].map((t) => t.data());
    for (const t of [...sums, x]) gpu.release?.(t.storage);
    gpu.tensor([8, 8]);
    assertEquals((await Promise.all(reads)).map((r) => [...r]), [[2, 3], [6, 7, 8], [1, 2]]);
  },
);
