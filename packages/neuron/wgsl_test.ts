import { assertEquals } from "@std/assert";
import { noGpu, testUnless } from "@spikeloop/dev";
import { grad, sum, zeros } from "@spikeloop/tensor";
import { webgpu } from "@spikeloop/webgpu";
import { ILCLIFNode } from "./mod.ts";

testUnless(await noGpu(), "the shaders of ILCLIFNode are those of testdata/", async () => {
  using gpu = await webgpu();
  const { device } = gpu;
  const createShaderModule = device.createShaderModule.bind(device);
  const printed: Record<string, string> = {};
  device.createShaderModule = ({ label = "", code }) => {
    printed[label] = code;
    return createShaderModule({ label, code });
  };
  const node = new ILCLIFNode({ actDim: 2, decPopDim: 3, backend: gpu });
  const x = zeros([5, 4, 6], { backend: gpu });
  grad((p: ReturnType<typeof node.parameters>) => sum(node.apply(p, x)))(node.parameters());
  for (const pass of ["forward", "backward"]) {
    const file = new URL(`./testdata/ilc_lif_${pass}.wgsl`, import.meta.url);
    const text = printed[`neuron lif, ${pass}`];
    if (Deno.env.has("SPIKELOOP_SNAPSHOTS")) await Deno.writeTextFile(file, text);
    assertEquals(text, await Deno.readTextFile(file));
  }
});
