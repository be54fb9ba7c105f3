// Every class of nodes with an equation overridden, so that it runs step by step, against its
// kernel.
import { assert, assertEquals } from "@std/assert";
import { key, split, uniform } from "@spikeloop/random";
import { multiLevelSpikeCount, poissonPass, sigmoid } from "@spikeloop/surrogate";
import { grad, mul, sum, type Tensor, treeLeaves } from "@spikeloop/tensor";
import * as nodes from "@spikeloop/nodes";
import { assertGolden, type Device } from "./golden.ts";

/** Overrides an equation of a node by the same equation. */
function inSteps<N extends nodes.BaseNode>(node: N): N {
  const charge = node.neuronalCharge;
  return Object.assign(node, {
    neuronalCharge(this: N, x: Tensor): void {
      charge.call(this, x);
    },
  });
}

const shape = [4, 3, 6];

/** Makes every node, the same each time. */
function makers({ backend }: Device): Readonly<Record<string, () => nodes.BaseNode>> {
  const shared = { vThreshold: 0.6, backend, key: key(8) };
  const populations = { ...shared, actDim: 2, decPopDim: 3 };
  const noise = { T: 4, beta: 1, sigmaInit: 0.3 };
  const drawn = <N extends { resetNoise(count: number): void }>(node: N): N => {
    node.resetNoise(3);
    return node;
  };
  const surrogateFunction = sigmoid();
  const count = multiLevelSpikeCount({ maxSpikeCount: 2 });
  return {
    ILCIFNode: () => new nodes.ILCIFNode({ ...populations, vReset: null }),
    ILCLIFNode: () =>
      new nodes.ILCLIFNode({ ...populations, surrogateFunction, detachReset: true }),
    ILCCUBALIFNode: () => new nodes.ILCCUBALIFNode({ ...populations, vReset: -0.1 }),
    "ILCLIFNode of counts": () =>
      new nodes.ILCLIFNode({ ...populations, surrogateFunction: count }),
    "ILCLIFNode, smooth": () =>
      new nodes.ILCLIFNode({ ...populations, surrogateFunction: sigmoid({ spiking: false }) }),
    IFNode: () => new nodes.IFNode(shared),
    "IFNode with random spikes": () =>
      new nodes.IFNode({ ...shared, vThreshold: 0, surrogateFunction: poissonPass() }),
    LIFNode: () => new nodes.LIFNode({ ...shared, vReset: null }),
    "LIFNode, raw input": () => new nodes.LIFNode({ ...shared, decayInput: false, vReset: 0.1 }),
    ParametricLIFNode: () => new nodes.ParametricLIFNode(shared),
    CUBALIFNode: () => new nodes.CUBALIFNode(shared),
    NonSpikingIFNode: () => new nodes.NonSpikingIFNode({ decode: "max-mem", backend }),
    NonSpikingLIFNode: () => new nodes.NonSpikingLIFNode({ backend }),
    NoisyCUBALIFNode: () => drawn(new nodes.NoisyCUBALIFNode({ ...shared, ...noise, numNode: 6 })),
    NoisyILCIFNode: () => drawn(new nodes.NoisyILCIFNode({ ...populations, ...noise })),
    NoisyILCLIFNode: () =>
      drawn(new nodes.NoisyILCLIFNode({ ...populations, ...noise, vReset: null })),
    NoisyILCCUBALIFNode: () => drawn(new nodes.NoisyILCCUBALIFNode({ ...populations, ...noise })),
    NoisyNonSpikingIFNode: () =>
      drawn(new nodes.NoisyNonSpikingIFNode({ ...noise, numNode: 6, decode: "last-mem", backend })),
  };
}

/** Runs the tests of nodes that run step by step on a device. */
export function runStepsSuite(device: Device): void {
  const { backend, exact = true } = device;
  const [first, second, other] = split(key(9), 3);
  const input = (k: typeof first) => uniform(k, shape, { min: -0.4, max: 0.9, backend });

  for (const [title, make] of Object.entries(makers(device))) {
    Deno.test(`${title} step by step equals its kernel (${backend.name})`, async () => {
      const fused = make();
      const stepped = inSteps(make());
      assert(fused.isFused && !stepped.isFused);
      const same = async (a: Tensor, b: Tensor, what: string, tolerance = exact ? 0 : 1e-5) =>
        await assertGolden(
          a,
          { shape: b.shape, data: await b.data() },
          what,
          { worst: 0 },
          tolerance,
        );
      // Twice, so that state and noise go on alike.
      for (const x of [first, second].map(input)) {
        await same(stepped.forward(x), fused.forward(x), "out");
        await same(stepped.v, fused.v, "v");
      }
      const x = input(other);
      const slopes = (node: nodes.BaseNode) =>
        grad((p: { params: ReturnType<nodes.BaseNode["parameters"]>; x: Tensor }) => {
          const out = node.apply(p.params, p.x);
          return sum(mul(out, uniform(key(4), out.shape, { min: -1, backend })));
        })({ params: node.parameters(), x });
      const expected = treeLeaves(slopes(fused));
      const actual = treeLeaves(slopes(stepped));
      assertEquals(actual.length, expected.length);
      for (const [i, g] of actual.entries()) await same(g, expected[i], `gradient ${i}`, 2e-6);
    });
  }
}
