import { assertEquals } from "@std/assert";
import { onGpu } from "@spikeloop/dev";
import { tensor } from "@spikeloop/tensor";
import { readNir, readSafetensors, readTorch, writeNir, writeSafetensors } from "./mod.ts";

await onGpu("files", (backend) => {
  Deno.test("readers put the tensors of a file on the backend that the options name", async () => {
    const weight = tensor([[1, 2], [3, 4]]);
    const graph = writeNir({
      type: "NIRGraph",
      nodes: { fc: { type: "Linear", weight } },
      edges: [],
    });
    const { fc } = readNir(graph, { backend }).nodes;
    const torch = Deno.readFileSync(new URL("./testdata/torch_kinds.pt", import.meta.url));
    const tensors = {
      safetensors: readSafetensors(writeSafetensors({ weight }), { backend }).tensors.weight,
      nir: fc.type === "Linear" ? fc.weight : weight,
      torch: readTorch(torch, { backend }).tensors["parameters.1"],
    };
    for (const [name, x] of Object.entries(tensors)) assertEquals(x.backend, backend, name);
    assertEquals([...await tensors.safetensors.data()], [1, 2, 3, 4]);
    assertEquals([...await tensors.nir.data()], [1, 2, 3, 4]);
    assertEquals([...await tensors.torch.data()], [3, 3]);
  });
});
