import { add, tensor } from "@spikeloop/tensor";
import { webgpu, type WebGpuOptions } from "@spikeloop/webgpu";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";

/** Tests that errors of the device reach the caller; each opens a GPU of its own. */
export function errorsSuite(options: WebGpuOptions = {}): void {
  const words = "The GPU refused a command, and results that depend on it are lost";

  Deno.test("a command that the device refuses reaches the caller, and another GPU goes on", async () => {
    // Node 20 has no "using".
    const gpu = await webgpu(options);
    const { device } = gpu;
    const x = gpu.tensor([1]);
    const createBindGroup = device.createBindGroup.bind(device);
    device.createBindGroup = ({ layout }) => createBindGroup({ layout, entries: [] });
    const y = add(x, 1);
    await assertRejects(() => y.data(), Error, words);
    await assertRejects(() => x.data(), Error, words);
    assertThrows(() => add(x, 1), Error, words);
    const another = await webgpu(options);
    assertEquals([...await add(another.tensor([3]), 1).data()], [4]);
    assertEquals([...add(tensor([1]), 1).dataSync()], [2]);
    gpu.dispose();
    another.dispose();
  });
}
