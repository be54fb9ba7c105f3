import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { noGpu, testUnless } from "@spikeloop/dev";
import { add, full, grad, matmul, sum, type Tensor, tensor } from "@spikeloop/tensor";
import { type WebGpu, webgpu } from "./mod.ts";

const reason = await noGpu();

/** Registers a test that has a GPU to itself. */
function test(name: string, run: (gpu: WebGpu) => void | Promise<void>): void {
  testUnless(reason, name, async () => {
    using gpu = await webgpu();
    await run(gpu);
  });
}

/** An entry point that finds nothing. */
const none = { requestAdapter: () => Promise.resolve(null) } as unknown as GPU;

Deno.test("without an adapter, webgpu() throws an error with advice", async () => {
  assertEquals(await webgpu.isSupported({ gpu: none }), false);
  const error = await assertRejects(() => webgpu({ gpu: none }), Error);
  assert(error.message.startsWith("Cannot use a GPU: this runtime offers no WebGPU adapter"));
});

Deno.test("misspelt options and values of webgpu() are named", async () => {
  const open = (options: unknown) => () => webgpu(options as never);
  const words = "Cannot open a GPU: ";
  await assertRejects(open({ powerPreferance: "low-power" }), TypeError, "mean powerPreference?");
  await assertRejects(open({ powerPreference: "high" }), RangeError, `${words}powerPreference is`);
  await assertRejects(open({ gpu: {} }), TypeError, `${words}gpu is a record, expected an entry`);
  await assertRejects(open({ recompute: 1 }), TypeError, `${words}recompute is 1, expected`);
  const ask = () => webgpu.isSupported({ gpus: none } as never);
  await assertRejects(ask, TypeError, `${words}it has no option "gpus"`);
});

test("a lost device rejects pending and later reads, and work on the CPU goes on", async (gpu) => {
  const x = gpu.tensor([1, 2]);
  const pending = add(x, x).data();
  gpu.device.destroy();
  await assertRejects(() => pending, Error, "The GPU device was lost");
  await gpu.device.lost;
  await assertRejects(() => x.data(), Error, "The GPU device was lost");
  assertThrows(() => add(x, x), Error, "The GPU device was lost");
  assertThrows(() => gpu.tensor([1]), Error, "Call webgpu() again for a new device");
  assertEquals([...add(tensor([1]), 1).dataSync()], [2]);
  using another = await webgpu();
  assertEquals([...await another.tensor([3]).data()], [3]);
});

test("a read does not hang where a lost device never answers", async (gpu) => {
  const x = gpu.tensor([1]);
  const { device } = gpu;
  const never = new Promise<never>(() => {});
  const createBuffer = device.createBuffer.bind(device);
  device.popErrorScope = () => never;
  device.createBuffer = (descriptor) =>
    Object.defineProperty(createBuffer(descriptor), "mapAsync", { value: () => never });
  const pending = add(x, 1).data();
  device.destroy();
  await assertRejects(() => pending, Error, "The GPU device was lost");
});

test("after dispose() everything says so, nothing is in use, and disposing again is harmless", async (gpu) => {
  const x = gpu.tensor([1, 2]);
  const pending = x.data();
  gpu.dispose();
  await assertRejects(() => pending, Error, "disposed");
  await assertRejects(() => x.data(), Error, "Cannot use this GPU any more: it was disposed");
  assertThrows(() => add(x, x), Error, "it was disposed");
  assertThrows(() => gpu.tensor([1]), Error, "it was disposed");
  await assertRejects(() => gpu.from(tensor([1])), Error, "it was disposed");
  assertEquals([gpu.info.bytesInUse, gpu.info.bytesHeld], [0, 0]);
  gpu.dispose();
  using another = await webgpu();
  assertEquals([...await another.tensor([3]).data()], [3]);
});

test("a tensor that a gradient did not return cannot be used afterwards", async (gpu) => {
  let inside: Tensor | undefined;
  grad((x: Tensor) => sum(inside = add(x, 1)))(gpu.tensor([1]));
  assert(inside !== undefined);
  const lost = inside;
  await assertRejects(() => lost.data(), Error, "after its memory was released");
  assertThrows(() => add(lost, 1), Error, "after its memory was released");
});

test("a tensor beyond a limit is refused by the limit's name", (gpu) => {
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.info.limits;
  const name = maxStorageBufferBindingSize < maxBufferSize
    ? "maxStorageBufferBindingSize"
    : "maxBufferSize";
  const size = Math.min(maxStorageBufferBindingSize, maxBufferSize) / 4 + 1;
  assertThrows(() => gpu.fill?.(size, 0), RangeError, `this device's ${name} is`);
});

test("a product of more matrices than one axis of workgroups holds is whole", async (gpu) => {
  const many = gpu.info.limits.maxComputeWorkgroupsPerDimension + 1;
  const x = full([many, 1, 1], 2, { backend: gpu });
  assertEquals((await matmul(x, x).data()).findIndex((v) => v !== 4), -1);
});

test("a command that the device refuses reaches the caller as an error", async (gpu) => {
  const { device } = gpu;
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = () => {
    const encoder = createCommandEncoder();
    const beginComputePass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = () => {
      const pass = beginComputePass();
      const dispatchWorkgroups = pass.dispatchWorkgroups.bind(pass);
      pass.dispatchWorkgroups = (x) => dispatchWorkgroups(x, 70_000);
      return pass;
    };
    return encoder;
  };
  const x = gpu.tensor([1]);
  const words = "The GPU refused a command, and results that depend on it are lost";
  await assertRejects(() => add(x, 1).data(), Error, words);
  await assertRejects(() => x.data(), Error, words);
  assertThrows(() => add(x, 1), Error, words);
});

test("an error of other code on the device reaches the next read", async (gpu) => {
  const x = gpu.tensor([1]);
  await x.data();
  gpu.device.createBuffer({ size: 4, usage: 0 });
  await assertRejects(() => x.data(), Error, "The GPU refused a command");
});

test("a device without memory says so where something is read", async (gpu) => {
  const { device } = gpu;
  const x = gpu.tensor([1]);
  const createBuffer = device.createBuffer.bind(device);
  let refused = 0;
  // As a driver without memory: the buffer is invalid, and the error goes to the open scope.
  device.popErrorScope = () =>
    Promise.resolve({ message: "Not enough memory left" } as GPUOutOfMemoryError);
  device.createBuffer = (descriptor) => (refused++, createBuffer(descriptor));
  const y = add(x, 1);
  await assertRejects(() => y.data(), Error, "The GPU is out of memory: it refused");
  assertEquals(refused > 0, true);
  assertThrows(() => add(x, 1), Error, "The GPU is out of memory");
});

test("a kernel that the driver does not compile is shown with its text", async (gpu) => {
  const { device } = gpu;
  const createShaderModule = device.createShaderModule.bind(device);
  device.createShaderModule = ({ label, code }) =>
    createShaderModule({ label, code: code.replace("fn main", "fn mian") });
  const y = add(gpu.tensor([1]), 2);
  const error = await assertRejects(() => y.data(), Error);
  assert(error.message.startsWith('Cannot compile the GPU kernel "map"'), error.message);
  assert(error.message.includes("@compute @workgroup_size(64)\nfn main"));
});

test("two GPUs at the same time work side by side and do not mix", async (first) => {
  using second = await webgpu();
  const [x, y] = [first.tensor([1, 2]), second.tensor([3, 4])];
  assertEquals([...await add(x, 1).data(), ...await add(y, 1).data()], [2, 3, 4, 5]);
  assert(first.name !== second.name);
  assertThrows(
    () => add(x, y),
    TypeError,
    `Cannot run add: one tensor is on "${first.name}", another on "${second.name}"`,
  );
  const moved = await second.from(x);
  assertEquals([...await add(moved, y).data()], [4, 6]);
  second.dispose();
  assertEquals([...await x.data()], [1, 2]);
});

test("tensors of CPU and GPU do not mix", (gpu) => {
  assertThrows(
    () => add(gpu.tensor([1]), tensor([1])),
    TypeError,
    `Cannot run add: one tensor is on "${gpu.name}", another on "cpu"`,
  );
  assertThrows(() => gpu.tensor([1]).dataSync(), TypeError, 'use "await x.data()"');
});
