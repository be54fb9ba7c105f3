// Nodes with state of their own: apply() leaves it as it was. For tests of any backend.
import { assertEquals, assertStrictEquals } from "@std/assert";
import { lif } from "@spikeloop/neuron";
import {
  IFNode,
  ILCBaseNode,
  ILCCUBALIFNode,
  NoisyILCIFNode,
  StatefulNode,
} from "@spikeloop/nodes";
import { key, uniform } from "@spikeloop/random";
import { add, full, grad, mul, sum, type Tensor, zeros } from "@spikeloop/tensor";
import type { Device } from "./golden.ts";

/** A node whose membrane follows the sum of all inputs so far, which the subclass keeps. */
abstract class Summing extends StatefulNode {
  constructor() {
    super({}, { model: lif });
  }
  abstract total: Tensor | undefined;
  override neuronalCharge(x: Tensor): void {
    this.total = this.total === undefined ? x : add(this.total, x);
    this.v = add(mul(this.v, 0.5), this.total);
  }
}

class InField extends Summing {
  total: Tensor | undefined;
}

class InArray extends Summing {
  readonly heard: Tensor[] = [];
  get total(): Tensor | undefined {
    return this.heard.at(-1);
  }
  set total(value: Tensor) {
    this.heard.push(value);
  }
}

class InNestedRecord extends Summing {
  readonly memory: { inner: { totals: (Tensor | undefined)[]; count: number }[] } = {
    inner: [{ totals: [], count: 0 }],
  };
  get total(): Tensor | undefined {
    return this.memory.inner[0].totals[0];
  }
  set total(value: Tensor | undefined) {
    this.memory.inner[0].totals[0] = value;
    this.memory.inner[0].count++;
  }
}

class InMap extends Summing {
  readonly memory: Map<string, Tensor | undefined> = new Map();
  get total(): Tensor | undefined {
    return this.memory.get("total");
  }
  set total(value: Tensor | undefined) {
    this.memory.set("total", value);
  }
}

class InPrivateField extends Summing {
  #total: Tensor | undefined;
  get total(): Tensor | undefined {
    return this.#total;
  }
  set total(value: Tensor | undefined) {
    this.#total = value;
  }
  override saveState(): unknown {
    return { rest: super.saveState(), total: this.#total };
  }
  override restoreState(saved: { rest: unknown; total: Tensor | undefined }): void {
    super.restoreState(saved.rest);
    this.#total = saved.total;
  }
}

class InInnerNode extends StatefulNode {
  readonly inner: IFNode = new IFNode({ stepMode: "s", vThreshold: 1e6 });
  constructor() {
    super({}, { model: lif });
  }
  override neuronalCharge(x: Tensor): void {
    this.inner.forward(x);
    this.v = add(mul(this.v, 0.5), this.inner.v);
  }
}

/** Counts its steps in numbers. */
class Counting extends ILCBaseNode {
  readonly counts: Float32Array = new Float32Array(1);
  override neuronalCharge(x: Tensor): void {
    this.counts[0]++;
    this.v = add(mul(this.v, 0.75), x);
  }
}

/** Overrides a hook of fused runs. */
class Watching extends ILCCUBALIFNode {
  readonly outputs: Tensor[] = [];
  protected override finish(out: Tensor): Tensor {
    this.outputs.push(out);
    return out;
  }
}

/** Registers the tests of `apply` with state of subclasses on a device. */
export function applySuite({ backend }: Device): void {
  const test = (title: string, f: () => void | Promise<void>) =>
    Deno.test(`${title} (${backend.name})`, f);
  const x = full([2, 1, 1], 0.1, { backend });

  for (const Kind of [InField, InArray, InNestedRecord, InMap, InPrivateField, InInnerNode]) {
    test(`apply() leaves a subclass's state as it was: ${Kind.name}`, async () => {
      const membraneAfter = async (apply: boolean) => {
        const node = new Kind();
        node.forward(x);
        if (apply) node.apply({}, x);
        node.forward(x);
        return await node.v.data();
      };
      assertEquals(await membraneAfter(true), await membraneAfter(false));
    });

    test(`a subclass's state outlives grad(): ${Kind.name}`, async () => {
      const node = new Kind();
      const slope = grad((x: Tensor) => {
        node.forward(x);
        return sum(node.v);
      });
      await slope(x).data();
      const other = new Kind();
      other.forward(x);
      for (const n of [node, other]) n.forward(x);
      assertEquals(await node.v.data(), await other.v.data());
    });
  }

  test("apply() leaves arrays the same objects, and numbers in typed arrays", () => {
    const node = new InArray();
    const { heard } = node;
    node.forward(x);
    node.apply({}, x);
    assertStrictEquals(node.heard, heard);
    assertEquals(heard.length, 2);
    const counting = new Counting({ actDim: 1, decPopDim: 1, backend });
    counting.forward(x);
    counting.apply(counting.parameters(), x);
    assertEquals(counting.counts[0], 2);
  });

  test("apply() changes nothing of a node that runs as one kernel either", () => {
    const node = new Watching({ actDim: 1, decPopDim: 1, backend });
    const xSeq = uniform(key(1), [3, 2, 1], { backend });
    node.forward(xSeq);
    const [{ v, c }, ...outputs] = [node, ...node.outputs];
    node.apply(node.parameters(), xSeq);
    assertEquals(node.isFused, true);
    assertStrictEquals(node.v, v);
    assertStrictEquals(node.c, c);
    assertEquals(node.outputs.length, outputs.length);
  });

  test("apply() that fails leaves the node as it was", () => {
    const node = new InArray();
    node.forward(x);
    let failed = false;
    try {
      node.apply({}, zeros([2, 1], { backend }));
    } catch {
      failed = true;
    }
    assertEquals([failed, node.heard.length], [true, 2]);
  });

  test("restoreState() puts a node back, and parameters stay", async () => {
    const node = new IFNode({ vThreshold: 10 });
    node.forward(x);
    const saved = node.saveState();
    const before = await node.v.data();
    node.forward(x);
    node.restoreState(saved);
    assertEquals(await node.v.data(), before);
    const noisy = new NoisyILCIFNode({ actDim: 1, decPopDim: 1, T: 2, backend });
    const state = noisy.saveState();
    const parameters = { "conn.weight": zeros([1, 1, 1]), "conn.bias": zeros([1]) };
    noisy.loadStateDict(parameters);
    noisy.restoreState(state);
    assertStrictEquals(noisy.conn.weight, parameters["conn.weight"]);
  });
}
