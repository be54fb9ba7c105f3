import { assert, assertEquals, assertThrows } from "@std/assert";
import { lif } from "@spikeloop/neuron";
import { key, split, uniform } from "@spikeloop/random";
import { poissonPass } from "@spikeloop/surrogate";
import {
  add,
  grad,
  mul,
  ones,
  sum,
  type Tensor,
  tensor,
  type Tree,
  treeLeaves,
  zeros,
} from "@spikeloop/tensor";
import { dropout, type Layer, linear, plain, readOut, sequential, stepByStep } from "./mod.ts";

const numbers = (tree: Tree) => treeLeaves(tree).map((x) => x.dataSync());

Deno.test("stepByStep() of the bind of a layer is its multiStep, also with keys and noise", () => {
  const net = sequential({
    fc1: linear({ inFeatures: 3, outFeatures: 4 }),
    drop: dropout({ rate: 0.5 }),
    hidden: plain(lif, { units: 4, surrogate: poissonPass() }),
  });
  const params = net.init(key(0));
  const x = uniform(key(1), [5, 2, 3], { max: 3 });
  const multiStep = stepByStep(net.bind);
  const noise = { [net.layers.hidden.noise[0]]: uniform(key(3), [5, 2, 4]) };
  const all = [
    { training: true, key: key(2) },
    { training: true, key: split(key(2), 5) },
    { noise: { hidden: noise } },
  ];
  for (const options of all) {
    const [state, y] = multiStep(params, net.initialState(2), x, options);
    const [other, z] = net.multiStep(params, net.initialState(2), x, options);
    assertEquals(numbers([state, y]), numbers([other, z]));
    assert(sum(y).item() > 0);
  }
});

Deno.test("stepByStep() hands lengths on to the read-outs inside", () => {
  const layer = readOut("sum");
  const run = stepByStep(layer.bind);
  const x = tensor([1, 2, 3, 4, 5, 6], [3, 2, 1]);
  const [state, y] = run({}, layer.initialState(2), x, { lengths: [1, 3] });
  const [other, z] = layer.multiStep({}, layer.initialState(2), x, { lengths: [1, 3] });
  assertEquals(numbers([state, y]), numbers([other, tensor([1, 2, 1, 6, 1, 12], [3, 2, 1])]));
  assertEquals([...z.dataSync()], [1, 12]);
});

Deno.test("gradients flow through the steps of stepByStep()", () => {
  type State = { readonly total: Tensor };
  const bind: Layer<Tensor, State>["bind"] = (gain) => (state, x) => {
    const total = add(mul(state.total, gain), x);
    return [{ total }, total];
  };
  const run = stepByStep(bind);
  const loss = (gain: Tensor) => sum(run(gain, { total: zeros([1, 1]) }, ones([3, 1, 1]))[1]);
  // 1 + (1 + g) + (1 + g + g²) has the derivative 2 + 2 g.
  assertEquals(grad(loss)(tensor(3)).item(), 8);
});

Deno.test("stepByStep() refuses what is no sequence, and no step", () => {
  const anything = (value: unknown) => value as never;
  assertThrows(() => stepByStep(anything(1)), TypeError, "bind is 1, expected the bind of a layer");
  const run = (x: unknown, bind: unknown = () => (state: unknown, y: Tensor) => [state, y]) => () =>
    stepByStep(anything(bind))(anything({}), anything({}), anything(x));
  assertThrows(run(ones([3])), TypeError, "the input has shape [3], expected [T, N, ...]");
  assertThrows(run(ones([0, 3])), TypeError, "the input has shape [0, 3]");
  assertThrows(run([1]), TypeError, "the input is an array, expected a tensor");
  const step: Layer["bind"] = () => (state, y) => [state, y];
  for (const shape of [[], [1, 1], [3, 1]]) {
    const noise = { hidden: { v: ones(shape) } };
    const noisy = () => stepByStep(step)({}, {}, ones([2, 1]), { noise });
    assertThrows(noisy, TypeError, `noise has shape [${shape.join(", ")}], expected [2, ...]`);
  }
  assertThrows(run(ones([2, 3]), () => ones([3])), TypeError, "the result of bind is Tensor([3]");
  assertThrows(run(ones([2, 3]), () => () => ones([3])), TypeError, "expected [state, y]");
});
