import { noGpu, testUnless } from "@spikeloop/dev";
import { currentBased, generator, scanCase, slopes } from "@spikeloop/dev/testing";
import * as e from "@spikeloop/expr";
import { elementwiseAll, matmul } from "@spikeloop/tensor";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { webgpu } from "./mod.ts";
import { checkDeviceScan } from "./testing/check_device_scan.ts";

/** The bytes of the largest binding. */
const most = 8192;

/** An entry point to this machine's GPU, whose bindings hold little. */
const small = {
  requestAdapter: async () => {
    const adapter = await navigator.gpu.requestAdapter();
    return adapter && {
      limits: adapter.limits,
      info: adapter.info,
      requestDevice: async (wanted: GPUDeviceDescriptor) => {
        const device = await adapter.requestDevice(wanted);
        const names = ["maxBufferSize", "maxComputeInvocationsPerWorkgroup"] as const;
        const others = ["maxComputeWorkgroupSizeX", "maxComputeWorkgroupStorageSize"] as const;
        const kept = [...names, ...others, "maxComputeWorkgroupsPerDimension" as const];
        const limits = Object.fromEntries(kept.map((name) => [name, device.limits[name]]));
        const value = { ...limits, maxStorageBufferBindingSize: most };
        return Object.defineProperty(device, "limits", { value });
      },
    };
  },
} as unknown as GPU;

const reason = await noGpu();

testUnless(reason, "results that a binding does not hold together are bound apart", async () => {
  using gpu = await webgpu({ gpu: small, recompute: true });
  const both = elementwiseAll("both", 1, (x) => [e.add(x, 1), e.mul(x, 2)]);
  const x = gpu.tensor(Float32Array.from({ length: most / 4 }, (_, i) => i));
  const [more, twice] = await Promise.all(both(x).map((y) => y.data()));
  assertEquals([more[200], twice[200]], [201, 400]);
  // The spikes fill a binding, beside states and gradients.
  const extents = { steps: 4, batch: 16, groups: 4, group: 8 };
  assert(
    await checkDeviceScan(gpu, scanCase(currentBased(slopes.rational), extents, generator(1))),
  );
});

testUnless(reason, "a result that no binding holds is refused by the limit's name", async () => {
  using gpu = await webgpu({ gpu: small, recompute: true });
  const x = gpu.tensor(new Float32Array(most / 4), [most / 4, 1]);
  const words = `this device's maxStorageBufferBindingSize is ${most}`;
  assertThrows(() => matmul(x, x, { transposeB: true }), RangeError, words);
  assertEquals((await x.data()).length, most / 4);
});
