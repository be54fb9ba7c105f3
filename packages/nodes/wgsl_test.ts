import { assertEquals } from "@std/assert";
import { recordShaders } from "@spikeloop/dev";
import { grad, sum, zeros } from "@spikeloop/tensor";
import { ILCLIFNode } from "@spikeloop/nodes";

Deno.test("the shaders of ILCLIFNode are those of testdata/; SPIKELOOP_SNAPSHOTS=1 writes them", async () => {
  const shaders = await recordShaders((backend) => {
    const node = new ILCLIFNode({ actDim: 2, decPopDim: 3, backend });
    const x = zeros([5, 4, 6], { backend });
    grad((p: ReturnType<typeof node.parameters>) => sum(node.apply(p, x)))(node.parameters());
  });
  const [forward, backward] = shaders.filter((text) => text.includes("exchanged"));
  for (const [pass, text] of Object.entries({ forward, backward })) {
    const file = new URL(`./testdata/ilc_lif_${pass}.wgsl`, import.meta.url);
    if (Deno.env.has("SPIKELOOP_SNAPSHOTS")) await Deno.writeTextFile(file, text);
    assertEquals(text, await Deno.readTextFile(file));
  }
});
