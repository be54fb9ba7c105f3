import { assert, assertEquals, assertThrows } from "@std/assert";
import { floats, generator, leaky, slopes } from "@spikeloop/dev/testing";
import { ones, tensor, zeros } from "./create.ts";
import { add, mul } from "./functions.ts";
import { grad, stopGradient } from "./grad.ts";
import { bindScan } from "./bind_scan.ts";
import { slice } from "./movement.ts";
import { reshape } from "./reshape.ts";
import { scan } from "./scan.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";
import { assertGradient } from "./testing/check_gradient.ts";

/** A smooth unit, so that finite differences exist. */
const kernel = leaky(slopes.rational, true);

const rest = { values: [zeros([2, 4])] };
const setting = { kernel, units: 4, params: [0.5, 0.5, 0] };

testEach("every gradient of a scan agrees with finite differences", (backend) => {
  const random = generator(1);
  const make = (...shape: number[]) =>
    tensor(floats(random, shape.reduce((p, n) => p * n, 1)), shape, { backend });
  const run = (x: Tensor, v: Tensor, current: Tensor, ...shared: Tensor[]) => {
    const [weight, bias, threshold, decay] = shared.map((t) => mul(t, 0.3));
    const { out, state } = scan(
      { kernel, units: 4, params: [threshold, decay, 0.1], lateral: { group: 2, weight, bias } },
      { values: [v], lateral: current },
      x,
    );
    return add(sum(out, 0), add(state.values[0], state.lateral ?? 0));
  };
  const inputs = [make(3, 2, 4), make(2, 4), make(2, 4), make(4, 1, 2), make(4), make(), make(4)];
  assertGradient(run, inputs);
});

Deno.test("a scan refuses inputs of another rank or number of units, and no time steps", () => {
  const words = 'Cannot run neuron "smooth"';
  for (const shape of [[2, 4], [3, 2, 5], [3, 2, 4, 1]]) {
    const expected = `${words}: the input has shape [${shape.join(", ")}], expected [T, N, 4]`;
    assertThrows(() => scan(setting, rest, ones(shape)), TypeError, expected);
  }
  const none = `${words}: it has no time steps: the input has shape [0, 2, 4]`;
  assertThrows(() => scan(setting, rest, ones([0, 2, 4])), RangeError, none);
});

Deno.test("traced states are the states after every step, and no gradient flows through them", () => {
  const run = (x: Tensor) => scan(setting, rest, x, { trace: [0] });
  const x = ones([3, 2, 4]);
  const { state, trace: [v] } = run(x);
  assertEquals(v.shape, [3, 2, 4]);
  assertEquals(v.dataSync().slice(-8), state.values[0].dataSync());
  const words = 'Cannot take a gradient through traced states of neuron "smooth"';
  assertThrows(() => grad((x: Tensor) => sum(run(x).trace[0]))(x), TypeError, words);
  const constant = grad((x: Tensor) => sum(mul(x, stopGradient(run(x).trace[0]))))(x);
  assertEquals(constant.dataSync(), v.dataSync());
});

Deno.test("a second derivative through a scan throws", () => {
  const loss = (x: Tensor) => sum(scan(setting, rest, x).out);
  const slope = (x: Tensor) => sum(grad(loss)(x));
  const words = 'Cannot take a second derivative through neuron "smooth"';
  assertThrows(() => grad(slope)(ones([1, 2, 4])), TypeError, words);
});

Deno.test("such a gradient comes from compiled code, and evaluates no equation", () => {
  const { next, ...others } = leaky(slopes.rect);
  let reads = 0;
  const kernel = {
    ...others,
    get next() {
      reads++;
      return next;
    },
  };
  const run = grad((x: Tensor) => {
    const setting = { kernel, units: 1, params: [0.5, 0.5, 0] };
    return sum(scan(setting, { values: [zeros([1, 1])] }, x).out);
  });
  const x = tensor([1, Infinity], [2, 1, 1]);
  const first = run(x).dataSync();
  assertEquals(first[1], 0);
  assert(reads > 0);
  reads = 0;
  assertEquals(run(x).dataSync(), first);
  assertEquals(reads, 0);
});

testEach("a state that the loss does not read has no gradient, not NaN = 0 · ∞", (backend) => {
  const setting = { kernel: leaky(slopes.rect), units: 3, params: [0.5, 0.5, 0] };
  const x = tensor([0.4, 0.2, 0.1, 0.3, Infinity, -Infinity], [2, 1, 3], { backend });
  const inputs = [x, zeros([1, 3], { backend })];
  const together = grad(([x, v]: readonly Tensor[]) => sum(scan(setting, { values: [v] }, x).out));
  const stepByStep = grad(([x, v]: readonly Tensor[]) => {
    const step = bindScan(setting);
    const at = (t: number) => reshape(slice(x, t, t + 1), [1, 3]);
    const first = step({ values: [v] }, at(0));
    return add(sum(first.out), sum(step(first.state, at(1)).out));
  });
  const [numbers, stepped] = [together, stepByStep].map((f) => f(inputs)[0].dataSync());
  assertEquals(numbers.some(Number.isNaN), false);
  assertEquals([...numbers.slice(4)], [0, 0]);
  assertEquals(stepped, numbers);
});
