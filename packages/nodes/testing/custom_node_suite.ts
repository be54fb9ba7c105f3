// Nodes whose equations a user has written with functions of tensors, as tests of any backend.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { key, split, uniform } from "@spikeloop/random";
import { atan } from "@spikeloop/surrogate";
import {
  add,
  concat,
  grad,
  mul,
  reshape,
  sigmoid,
  stack,
  sub,
  sum,
  type Tensor,
  treeLeaves,
  zeros,
} from "@spikeloop/tensor";
import { IFNode, ILCBaseNode, ILCCUBALIFNode, ILCLIFNode } from "@spikeloop/nodes";
import { assertGolden, type Device } from "./golden.ts";

class OwnLif extends ILCBaseNode {
  override neuronalCharge(x: Tensor): void {
    this.v = add(mul(this.v, 0.75), x);
  }
}

class OwnCubaLif extends ILCBaseNode {
  current: Tensor = zeros([0]);
  override initTensor(x: Tensor): void {
    super.initTensor(x);
    this.current = zeros(x.shape, { backend: x.backend });
  }
  override neuronalCharge(x: Tensor): void {
    this.current = add(mul(this.current, 0.5), x);
    this.v = add(mul(this.v, 0.75), this.current);
  }
}

class OwnReset extends ILCLIFNode {
  override neuronalReset(spike: Tensor): void {
    this.v = sub(this.v, mul(spike, this.vThreshold));
  }
}

class Graded extends ILCLIFNode {
  override neuronalFire(): Tensor {
    return sigmoid(mul(4, sub(this.v, this.vThreshold)));
  }
}

const shape = [6, 3, 8];

/** Fails unless two nodes with the same parameters give the same, forward and backward. */
async function assertAlike(device: Device, own: ILCBaseNode, ready: ILCBaseNode): Promise<void> {
  const { backend } = device;
  const [xKey, weightKey] = split(key(5));
  const x = uniform(xKey, shape, { min: -0.5, max: 1.2, backend });
  const weights = uniform(weightKey, shape, { min: -1, max: 1, backend });
  own.loadStateDict(ready.stateDict());
  const spikes = await ready.forward(x).data();
  assert(spikes.some((s) => s > 0.5) && spikes.some((s) => s < 0.5));
  const same = async (a: Tensor, b: Tensor, what: string) =>
    await assertGolden(a, { shape: b.shape, data: await b.data() }, what, { worst: 0 }, 1e-6);
  await same(own.forward(x), ready.forward(x), "spikes");
  await same(own.v, ready.v, "v");
  const slopes = (node: ILCBaseNode) =>
    grad((p: { node: ReturnType<ILCBaseNode["parameters"]>; x: Tensor }) =>
      sum(mul(node.apply(p.node, p.x), weights))
    )({ node: node.parameters(), x });
  const expected = treeLeaves(slopes(ready));
  for (const [i, g] of treeLeaves(slopes(own)).entries()) {
    await same(g, expected[i], `gradient ${i}`);
  }
}

/** Runs the tests of custom nodes on a device. */
export function customNodeSuite(device: Device): void {
  const { backend } = device;
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${backend.name})`, f);
  const options = { actDim: 2, decPopDim: 4, vThreshold: 0.6, surrogateFunction: atan(), backend };

  test("a user's LIF on ILCBaseNode equals ILCLIFNode in values and gradients", async () => {
    for (const vReset of [0, -0.2, null]) {
      for (const detachReset of [false, true]) {
        const more = { ...options, vReset, detachReset };
        await assertAlike(device, new OwnLif(more), new ILCLIFNode(more));
      }
    }
  });

  test("a user's node may have state of its own", async () => {
    await assertAlike(device, new OwnCubaLif(options), new ILCCUBALIFNode(options));
  });

  test("a subclass of ILCLIFNode with its own reset runs it", async () => {
    const soft = new ILCLIFNode({ ...options, vReset: null });
    await assertAlike(device, new OwnReset({ ...options, vReset: null }), soft);
  });

  test("a subclass may fire as it likes", async () => {
    const smooth = { ...options, actDim: 1, decPopDim: 1 };
    const node = new Graded(smooth);
    const x = uniform(key(1), [1, 2, 1], { backend });
    const expected = (await x.data()).map((v) => 1 / (1 + Math.exp(-4 * (v - 0.6))));
    await assertGolden(node.forward(x), { shape: [1, 2, 1], data: expected }, "out", { worst: 0 });
  });

  test("storeVSeq keeps the membrane after every step, also of a user's node", async () => {
    const x = uniform(key(2), shape, { min: -0.5, max: 1.2, backend });
    for (const Node of [OwnLif, ILCLIFNode]) {
      const node = new Node({ ...options, storeVSeq: true });
      assertThrows(() => node.vSeq, Error, "before forward()");
      node.forward(x);
      assertEquals(node.vSeq.shape, shape);
      assertEquals((await node.vSeq.data()).slice(-24), await node.v.data());
      const without = new Node(options);
      without.forward(x);
      assertThrows(() => without.vSeq, Error, "storeVSeq: true");
    }
  });

  test("storeVSeq in single steps keeps every step until reset()", async () => {
    const stepShape = shape.slice(1);
    const steps = split(key(4), 3).map((k) => uniform(k, stepShape, { backend }));
    const expected = new IFNode({ storeVSeq: true });
    expected.forward(stack(steps));
    const node = new IFNode({ storeVSeq: true, stepMode: "s" });
    for (const x of steps) node.forward(x);
    assertEquals(node.vSeq.shape, [3, ...stepShape]);
    assertEquals(await node.vSeq.data(), await expected.vSeq.data());
    node.apply({}, steps[0]);
    assertEquals(node.vSeq.shape, [3, ...stepShape]);
    // A sequence replaces it, a step goes on from there, another batch begins anew.
    node.stepMode = "m";
    node.forward(stack(steps.slice(1)));
    assertEquals(node.vSeq.shape, [2, ...stepShape]);
    node.stepMode = "s";
    node.forward(steps[0]);
    assertEquals(node.vSeq.shape, [3, ...stepShape]);
    node.forward(reshape(steps[0], [1, steps[0].size]));
    assertEquals(node.vSeq.shape, [1, 1, steps[0].size]);
    node.reset();
    assertThrows(() => node.vSeq, Error, "before forward()");
    node.forward(steps[1]);
    assertEquals(node.vSeq.shape, [1, ...stepShape]);
  });

  test("apply() leaves the node as it was", async () => {
    const [first, second] = split(key(3)).map((k) => uniform(k, shape, { backend }));
    for (const node of [new OwnCubaLif(options), new ILCCUBALIFNode(options)]) {
      node.forward(first);
      const before = await node.v.data();
      node.apply(node.parameters(), second);
      assertEquals(await node.v.data(), before);
      const both = concat([reshape(node.v, [24]), reshape(node.conn.weight, [32])]);
      assertEquals(both.shape, [56]);
    }
  });
}
