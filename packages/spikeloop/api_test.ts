// Programs as a user writes them from the documented names alone, with the types that an editor
// infers.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { add, div, exp, mul, sub, tanh } from "@spikeloop/expr";
import { ilc, plain, type Population } from "@spikeloop/functional";
import { cubaLif, defineNeuron, type Neuron } from "@spikeloop/neuron";
import { ILCBaseNode, ILCCUBALIFNode } from "@spikeloop/nodes";
import { key, normal, uniform } from "@spikeloop/random";
import {
  defineSurrogate,
  rect,
  registerSurrogate,
  surrogate,
  surrogateNames,
} from "@spikeloop/surrogate";
import * as t from "@spikeloop/tensor";

const [steps, batch] = [5, 3];

Deno.test("a node is differentiated by its parameters in one line, without types", () => {
  const node = new ILCCUBALIFNode({ actDim: 2, decPopDim: 3, key: key(0), storeVSeq: true });
  const xSeq = normal(key(1), [steps, batch, 6]);
  const w = normal(key(2), [steps, batch, 6]);
  const grads = t.grad((p) => t.sum(t.mul(node.apply(p, xSeq), w)))(node.parameters());
  assertEquals(grads["conn.weight"].shape, [6, 1, 3]);
  assertEquals(grads["conn.bias"].shape, [6]);
  assertEquals(node.forward(xSeq).shape, node.vSeq.shape);
  assertEquals([node.v.shape, node.c.shape], [[batch, 6], [batch, 6]]);
});

Deno.test("a population is differentiated by its parameters, state and input in one line, without types", () => {
  const population = ilc(cubaLif, {
    ...{ actDim: 2, decPopDim: 3, surrogate: rect(), params: { vThreshold: 0.5 } },
    learn: ["vDecay", "cDecay", "vThreshold"],
  });
  const params = population.init(key(0));
  const xSeq = normal(key(1), [steps, batch, 6]);
  const start = population.initialState(batch);
  const [value, g] = t.valueAndGrad((p) =>
    t.sum(population.multiStep(p.params, p.start, p.xSeq)[1])
  )({ params, start, xSeq });
  assertEquals(g.params.vDecay.shape, []);
  assertEquals(g.start.lateral.shape, [batch, 6]);
  assertEquals(g.xSeq.shape, xSeq.shape);
  const stepped = t.valueAndGrad((p) => {
    const step = population.bind(p);
    let [state, total] = [start, t.full([], 0)];
    for (let i = 0; i < steps; i++) {
      let spike: t.Tensor;
      [state, spike] = step(state, t.reshape(t.slice(xSeq, i, i + 1), [batch, 6]));
      total = t.add(total, t.sum(spike));
    }
    return total;
  })(params);
  assertEquals(stepped[0].item(), value.item());
  const gradients: Record<string, t.Tensor> = g.params;
  for (const [name, one] of Object.entries(stepped[1])) {
    assertEquals(one.dataSync(), gradients[name].dataSync(), name);
  }
});

/**
 * A threshold that rises with every spike, an exponential kick near it, and a membrane that stays
 * within bounds.
 */
const ownNeuron: Neuron = defineNeuron({
  name: "own",
  rest: { v: 0.1, a: 0 },
  params: { vDecay: 0.8, aDecay: 0.9, beta: 0.3, sharpness: 0.2, vThreshold: 0.5 },
  charge: ({ v, a }, x, p) => {
    const kick = mul(p.sharpness, exp(div(sub(v, p.vThreshold), 2)));
    return { v: add(add(mul(v, p.vDecay), x), kick), a: mul(a, p.aDecay) };
  },
  fire: ({ v, a }, p) => sub(v, add(p.vThreshold, mul(p.beta, a))),
  reset: ({ v, a }, spike, p) => ({ v: sub(v, mul(spike, p.vThreshold)), a: add(a, spike) }),
});

/** The logistic distribution, written with tanh: its density, and the probability below u. */
const logistic = defineSurrogate({
  name: "logistic",
  params: { width: { default: 0.5, above: 0 } },
  slope: (u, { width }) => {
    const y = tanh(div(u, width));
    return div(sub(1, mul(y, y)), 2 * width);
  },
  primitive: (u, { width }) => div(add(1, tanh(div(u, width))), 2),
});

Deno.test("a user's neuron with a user's surrogate has the gradients of finite differences", () => {
  const logisticName: string = "logistic";
  if (!surrogateNames().includes(logisticName)) registerSurrogate(logisticName, logistic);
  const smooth = surrogate(logisticName, { width: 0.4, spiking: false });
  const learn = Object.keys(ownNeuron.params);
  const populations: Population[] = [
    ilc(ownNeuron, { actDim: 2, decPopDim: 2, surrogate: smooth, learn }),
    plain(ownNeuron, { units: 4, surrogate: smooth, learn: ["beta", "sharpness"] }),
  ];
  for (const population of populations) {
    const inputs = {
      params: population.init(key(3)),
      start: population.initialState(batch),
      xSeq: uniform(key(4), [steps, batch, 4], { min: -0.3, max: 0.9 }),
    };
    const w = normal(key(5), [steps, batch, 4]);
    const spikesOf = (p: typeof inputs) => population.multiStep(p.params, p.start, p.xSeq)[1];
    const weights = w.dataSync();
    const loss = (p: typeof inputs) =>
      spikesOf(p).dataSync().reduce((total, s, i) => total + s * weights[i], 0);
    const g = t.treeLeaves(t.grad((p: typeof inputs) => t.sum(t.mul(spikesOf(p), w)))(inputs));
    const leaves = t.treeLeaves(inputs);
    const h = 2 ** -7;
    leaves.forEach((leaf, i) => {
      const at = (offset: number) => {
        const data = leaf.dataSync();
        data[data.length >> 1] += offset;
        const moved = leaves.map((x, j) => i === j ? t.tensor(data, leaf.shape) : x);
        return loss(t.treeFromLeaves(inputs, moved));
      };
      const slope = (h: number) => (at(h) - at(-h)) / (2 * h);
      const expected = (4 * slope(h) - slope(2 * h)) / 3;
      assertAlmostEquals(
        g[i].dataSync()[leaf.size >> 1],
        expected,
        2e-3 * Math.max(1, Math.abs(expected)),
      );
    });
  }
});

Deno.test("a user's node writes its membrane with functions of tensors, and learns like the others", () => {
  class BoundedNode extends ILCBaseNode {
    boundedness = t.ones([]);
    override initTensor(x: t.Tensor): void {
      super.initTensor(x);
      this.boundedness = t.full(x.shape, 2, { backend: x.backend });
    }
    override neuronalCharge(x: t.Tensor): void {
      this.v = t.mul(this.boundedness, t.tanh(t.add(t.mul(this.v, 0.75), x)));
    }
    override neuronalFire(): t.Tensor {
      return this.spikeAt(t.sub(this.v, this.vThreshold));
    }
    override neuronalReset(spike: t.Tensor): void {
      this.v = t.sub(this.v, t.mul(spike, this.vThreshold));
    }
  }
  const node = new BoundedNode({ actDim: 2, decPopDim: 3, vThreshold: 0.5, key: key(6) });
  const xSeq = normal(key(7), [steps, batch, 6]);
  const before = xSeq.dataSync();
  const target = t.full([batch, 6], 0.4);
  const lossAt = t.valueAndGrad((p) => {
    const miss = t.sub(t.mean(node.apply(p, xSeq), 0), target);
    return t.mean(t.mul(miss, miss));
  });
  let params = node.parameters();
  const losses: number[] = [];
  for (let i = 0; i < 40; i++) {
    const [loss, g] = lossAt(params);
    losses.push(loss.item());
    params = {
      "conn.weight": t.sub(params["conn.weight"], t.mul(2, g["conn.weight"])),
      "conn.bias": t.sub(params["conn.bias"], t.mul(2, g["conn.bias"])),
    };
  }
  assert(losses[39] < 0.9 * losses[0], `from ${losses[0]} to ${losses[39]}`);
  assertEquals(xSeq.dataSync(), before);
});
