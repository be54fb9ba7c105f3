import { assertEquals } from "@std/assert";
import * as nodes from "@spikeloop/nodes";
import { type Key, key, uniform } from "@spikeloop/random";
import { readSafetensors, writeSafetensors } from "./mod.ts";

const shared = { numNode: 6, T: 4 };
const ilc = { actDim: 2, decPopDim: 3 };
/** Every node class, with parameters that depend on the key. */
const makers: Readonly<Record<string, (key: Key) => nodes.BaseNode>> = {
  IFNode: () => new nodes.IFNode(),
  LIFNode: () => new nodes.LIFNode(),
  ParametricLIFNode: (k) => new nodes.ParametricLIFNode({ initTau: 2 + uniform(k, []).item() }),
  CUBALIFNode: () => new nodes.CUBALIFNode(),
  ILCIFNode: (key) => new nodes.ILCIFNode({ ...ilc, key }),
  ILCLIFNode: (key) => new nodes.ILCLIFNode({ ...ilc, key }),
  ILCCUBALIFNode: (key) => new nodes.ILCCUBALIFNode({ ...ilc, key }),
  NonSpikingIFNode: () => new nodes.NonSpikingIFNode(),
  NonSpikingLIFNode: () => new nodes.NonSpikingLIFNode(),
  NoisyCUBALIFNode: () => new nodes.NoisyCUBALIFNode({ ...shared, isTraining: false }),
  NoisyILCIFNode: (key) => new nodes.NoisyILCIFNode({ ...ilc, T: 4, key, isTraining: false }),
  NoisyILCLIFNode: (key) => new nodes.NoisyILCLIFNode({ ...ilc, T: 4, key, isTraining: false }),
  NoisyILCCUBALIFNode: (key) =>
    new nodes.NoisyILCCUBALIFNode({ ...ilc, T: 4, key, isTraining: false }),
  NoisyNonSpikingIFNode: (k) =>
    new nodes.NoisyNonSpikingIFNode({
      ...shared,
      sigmaInit: uniform(k, []).item(),
      isTraining: false,
    }),
};

Deno.test("the table of this test holds every node class", () => {
  const classes = Object.entries(nodes)
    .filter(([name, value]) => /^[A-Z].*Node$/.test(name) && typeof value === "function")
    .map(([name]) => name).filter((name) =>
      !/^(Base|ILCBase|.*Model|Noisy|NoisyILC|NoisyNonSpiking|NonSpiking|Stateful)Node$/.test(name)
    );
  assertEquals(classes.sort(), Object.keys(makers).sort());
});

for (const [name, make] of Object.entries(makers)) {
  Deno.test(`the parameters of ${name} are saved, and another one that loads them does the same`, () => {
    const [node, other] = [make(key(1)), make(key(2))];
    const { tensors } = readSafetensors(writeSafetensors(node.stateDict()));
    assertEquals(Object.keys(tensors).sort(), Object.keys(node.stateDict()).sort());
    other.loadStateDict(tensors);
    for (const [name, x] of Object.entries(node.stateDict())) {
      assertEquals(other.stateDict()[name].dataSync(), x.dataSync(), name);
    }
    const x = uniform(key(3), [4, 2, 6], { max: 1.5 });
    assertEquals(other.forward(x).dataSync(), node.forward(x).dataSync());
  });
}
