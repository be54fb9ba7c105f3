// The behaviour of nodes besides their equations, as tests of any backend.
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type Key, key, split, uniform } from "@spikeloop/random";
import { atan, poissonPass, rect, sigmoid } from "@spikeloop/surrogate";
import {
  add,
  concat,
  grad,
  mul,
  ones,
  slice,
  stack,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "@spikeloop/tensor";
import {
  BaseNode,
  CUBALIFNode,
  IFNode,
  ILCBaseNode,
  ILCCUBALIFNode,
  ILCIFNode,
  ILCLIFNode,
  LIFNode,
  NoisyCUBALIFNode,
  NoisyILCCUBALIFNode,
  NoisyILCIFNode,
  NoisyILCLIFNode,
  NoisyNonSpikingIFNode,
  NonSpikingIFNode,
  NonSpikingLIFNode,
  ParametricLIFNode,
} from "@spikeloop/nodes";
import type { Device } from "./golden.ts";

type Params = ReturnType<BaseNode["parameters"]>;

/** Runs as its parent does, but step by step. */
class Stepwise extends ILCCUBALIFNode {
  override neuronalCharge(x: Tensor): void {
    super.neuronalCharge(x);
  }
}

class StepwisePlain extends CUBALIFNode {
  override neuronalReset(spike: Tensor): void {
    super.neuronalReset(spike);
  }
}

/** Learns how fast it leaks. */
class LearnedLeak extends ILCBaseNode {
  constructor(options: ConstructorParameters<typeof ILCBaseNode>[0]) {
    super(options);
    this.addParameter("leak", tensor(0.75, [], { backend: options.backend }));
  }
  override neuronalCharge(x: Tensor): void {
    this.v = add(mul(this.v, this.parameter("leak")), x);
  }
}

/** Fails at the third step. */
class Failing extends CUBALIFNode {
  steps = 0;
  override neuronalCharge(x: Tensor): void {
    if (++this.steps === 3) throw new RangeError("the third step");
    super.neuronalCharge(x);
  }
}

/** Runs the tests of nodes on a device. */
export function baseNodeSuite({ backend }: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${backend.name})`, f);
  const sizes = { actDim: 2, decPopDim: 3, backend };
  const inputs = (k: Key, shape = [6, 2, 6]) => uniform(k, shape, { min: -0.5, max: 1.2, backend });
  const x = inputs(key(1));
  const same = async (a: Tensor, b: Tensor, what?: string) => {
    assertEquals(a.shape, b.shape, what);
    assertEquals(await a.data(), await b.data(), what);
  };

  test("every class has the reference's defaults", () => {
    const ilc = [new ILCIFNode(sizes), new ILCLIFNode(sizes), new ILCCUBALIFNode(sizes)] as const;
    assertEquals(ilc.map((n) => [n.vThreshold, n.vReset]), [[1, 0], [1, 0], [0.5, 0]]);
    assertEquals([ilc[1].vDecay, ilc[2].vDecay, ilc[2].cDecay], [0.75, 0.75, 0.5]);
    assertEquals(ilc.map((n) => n.surrogateFunction.name), ["rect", "rect", "rect"]);
    assertEquals([ilc[0].actDim, ilc[0].decPopDim, ilc[0].outPopDim], [2, 3, 6]);
    const noisy = [
      new NoisyILCIFNode(sizes),
      new NoisyILCLIFNode(sizes),
      new NoisyILCCUBALIFNode(sizes),
    ];
    assertEquals(noisy.map((n) => [n.vThreshold, n.T, n.beta, n.isTraining]), [
      [1, 5, 0, true],
      [1, 5, 0, true],
      [1, 5, 0, true],
    ]);
    assertEquals(new NoisyCUBALIFNode({ numNode: 4 }).sigmaV, 0.25);
    assertEquals(new CUBALIFNode().vThreshold, 0.5);
    const plain = [new IFNode(), new LIFNode(), new ParametricLIFNode()];
    assertEquals(plain.map((n) => [n.vThreshold, n.surrogateFunction.name, n.detachReset]), [
      [1, "sigmoid", false],
      [1, "sigmoid", false],
      [1, "sigmoid", false],
    ]);
    assertEquals([new LIFNode().tau, new NonSpikingLIFNode().tau], [2, 2]);
    assertEquals(plain[0].surrogateFunction.params, sigmoid().params);
  });

  test("every ILC node is an ILCBaseNode", () => {
    const nodes = [ILCIFNode, ILCLIFNode, ILCCUBALIFNode, NoisyILCIFNode, NoisyILCLIFNode];
    for (const Node of [...nodes, NoisyILCCUBALIFNode]) {
      const node: unknown = new Node(sizes);
      assert(node instanceof ILCBaseNode && node instanceof BaseNode && node.isFused);
    }
  });

  test("weight and bias are drawn as torch.nn.Conv1d draws them, the weight first", async () => {
    const node = new ILCIFNode({ actDim: 20, decPopDim: 16, key: key(3), backend });
    const [weightKey, biasKey] = split(key(3));
    const range = { min: -0.25, max: 0.25, backend };
    await same(node.conn.weight, uniform(weightKey, [320, 1, 16], range));
    await same(node.conn.bias, uniform(biasKey, [320], range));
    assertEquals(Object.keys(node.stateDict()), ["conn.weight", "conn.bias"]);
  });

  test("an ILC node starts every sequence at rest", async () => {
    const node = new ILCCUBALIFNode({ ...sizes, vReset: -0.1 });
    await same(node.forward(x), node.forward(x));
  });

  test("a plain node goes on where it stopped, until reset() or another batch shape", async () => {
    for (const make of [() => new CUBALIFNode({ vReset: 0.1 }), () => new StepwisePlain()]) {
      const node = make();
      const whole = make().forward(x);
      await same(concat([node.forward(slice(x, 0, 2)), node.forward(slice(x, 2))]), whole);
      node.reset();
      await same(node.forward(x), whole, "after reset()");
      assertEquals(node.forward(inputs(key(2), [2, 3, 6])).shape, [2, 3, 6]);
      await same(node.forward(x), whole, "after another shape");
    }
  });

  test("step mode s equals step mode m", async () => {
    const node = new LIFNode({ stepMode: "s", vThreshold: 0.6 });
    const steps = Array.from(
      { length: 6 },
      (_, t) => node.forward(inputs(split(key(4), 6)[t], [2, 6])),
    );
    const xSeq = stack(split(key(4), 6).map((k) => inputs(k, [2, 6])));
    const whole = new LIFNode({ vThreshold: 0.6 });
    await same(stack(steps), whole.forward(xSeq));
    await same(node.v, whole.v);
  });

  test("gradients flow from one forward() to the next, but not from one grad() to the next", async () => {
    const node = new IFNode({ vThreshold: 100, surrogateFunction: rect() });
    const first = slice(x, 0, 1);
    const slope = grad((x: Tensor) => {
      node.forward(x);
      node.forward(x);
      return sum(node.v);
    });
    await same(slope(first), mul(ones([1, 2, 6], { backend }), 2));
    await same(slope(first), mul(ones([1, 2, 6], { backend }), 2), "the second time");
    assertEquals((await node.v.data()).length, 12);
  });

  test("apply() of a plain node starts from its state and leaves it", async () => {
    const node = new CUBALIFNode();
    node.forward(x);
    const v = await node.v.data();
    const next = node.apply({}, x);
    assertEquals(await node.v.data(), v);
    await same(node.forward(x), next);
  });

  test("noise is the next sequence's each time, and the same in all rows", async () => {
    const node = new NoisyNonSpikingIFNode({ numNode: 3, T: 4, beta: 1, backend });
    node.resetNoise(2, key(1));
    const silence = zeros([4, 2, 3], { backend });
    const peek = node.apply(node.parameters(), silence);
    const first = node.forward(silence);
    await same(peek, first, "apply() hears what forward() would hear");
    await same(slice(first, [0, 0], [4, 1]), slice(first, [0, 1], [4, 2]));
    const noise = node.getColoredNoise();
    assertNotEquals(await node.forward(silence).data(), await first.data());
    assertThrows(() => node.forward(silence), RangeError, "used up");
    node.loadColoredNoise(stack([noise, noise]));
    await same(node.forward(silence), first, "loaded");
    node.cancelLoad();
    node.isTraining = false;
    await same(node.forward(silence), silence, "without noise");
  });

  test("decoded units send [N, D], others their course", () => {
    assertEquals(new NonSpikingIFNode({ decode: "max-mem" }).forward(x).shape, [2, 6]);
    assertEquals(new NonSpikingIFNode().forward(x).shape, [6, 2, 6]);
    assertEquals(new NonSpikingIFNode({ decode: null }).decode, null);
  });

  test("detachReset changes gradients, not spikes", async () => {
    const through = new ILCLIFNode({ ...sizes, surrogateFunction: atan() });
    const detached = new ILCLIFNode({ ...sizes, surrogateFunction: atan(), detachReset: true });
    await same(through.forward(x), detached.forward(x));
    const slope = async (node: ILCLIFNode) =>
      await grad((p: Params) => sum(node.apply(p, x)))(node.parameters())["conn.weight"].data();
    assertNotEquals(await slope(through), await slope(detached));
  });

  test("a subclass may learn parameters of its own", async () => {
    const options = { ...sizes, vThreshold: 0.6, surrogateFunction: sigmoid({ spiking: false }) };
    const node = new LearnedLeak(options);
    assertEquals(Object.keys(node.parameters()), ["conn.weight", "conn.bias", "leak"]);
    const loss = (p: Params) => sum(node.apply(p, x));
    const { leak } = grad(loss)(node.parameters());
    const at = async (value: number) => {
      const moved = { ...node.parameters(), leak: tensor(value, [], { backend }) };
      return (await loss(moved).data())[0];
    };
    const slope = (await at(0.78) - await at(0.72)) / 0.06;
    const [exact] = await leak.data();
    assert(Math.abs(exact - slope) < 0.01 * Math.abs(slope), `${exact}, ${slope}`);
  });

  test("units that fire at random draw anew in each forward(), and from the key", async () => {
    const options = { surrogateFunction: poissonPass(), vThreshold: 0, backend };
    const half = mul(ones([6, 2, 6], { backend }), 0.5);
    const make = (seed: number) => new LIFNode({ ...options, key: key(seed) });
    const node = make(1);
    const next = node.apply({}, half);
    const first = node.forward(half);
    await same(first, next, "apply() draws what forward() would draw");
    await same(make(1).forward(half), first);
    assertNotEquals(await make(2).forward(half).data(), await first.data());
    node.reset();
    assertNotEquals(await node.forward(half).data(), await first.data());
    await same(make(3).apply({}, half, { key: key(9) }), make(4).apply({}, half, { key: key(9) }));
  });

  test("a sequence that fails leaves the node as it was", async () => {
    const node = new Failing();
    const before = node.forward(slice(x, 0, 1));
    const v = await node.v.data();
    assertThrows(() => node.forward(x), RangeError, "the third step");
    assertEquals(await node.v.data(), v);
    assertEquals(node.steps, 1);
    assertEquals(before.shape, [1, 2, 6]);
  });

  test("no node writes to its input", async () => {
    const before = await x.data();
    const noisy = new NoisyILCCUBALIFNode({ ...sizes, T: 6 });
    noisy.resetNoise(1);
    for (const node of [noisy, new Stepwise(sizes), new IFNode(), new NonSpikingIFNode()]) {
      node.forward(x);
      assertEquals(await x.data(), before);
    }
  });

  test("nodes that are given the same surrogate share nothing", async () => {
    const surrogateFunction = rect();
    const [a, b] = [1, 2].map((seed) =>
      new ILCIFNode({ ...sizes, surrogateFunction, key: key(seed) })
    );
    const alone = b.forward(x);
    a.forward(x);
    await same(b.forward(x), alone);
  });
}
