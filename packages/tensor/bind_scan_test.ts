import { assert, assertThrows } from "@std/assert";
import { defineScan, type Storage } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import {
  assertSameBits,
  countAllocations,
  currentBased,
  generator,
  scanCase,
  slopes,
} from "@spikeloop/dev/testing";
import { bindScan } from "./bind_scan.ts";
import { ones, tensor as make } from "./create.ts";
import { add, mul } from "./functions.ts";
import { valueAndGrad } from "./grad.ts";
import { concat, slice } from "./movement.ts";
import { reshape } from "./reshape.ts";
import { scan } from "./scan.ts";
import type { ScanState } from "./scan_setting.ts";
import { sum } from "./sum.ts";
import { Tensor } from "./tensor.ts";
import { testEach } from "./testing/backends.ts";

const kernel = currentBased(slopes.rect);

/** Results that are smaller share buffers of this size. */
const sharedBytes = 1 << 16;

Deno.test("10,000 steps at N = 1 make a few hundred buffers: small results share them", () => {
  const extents = { steps: 1, batch: 1, groups: 8, group: 10 };
  const { args } = scanCase(kernel, extents, generator(1));
  const tensor = (data: Storage, shape: number[]) => new Tensor(cpu, data, shape);
  const { units, group, weight, bias } = args;
  assert(weight && bias && args.lateral);
  const step = bindScan({
    kernel,
    units,
    params: [0.5, 0.5, 0],
    lateral: { group, weight: tensor(weight, [units, 1, group]), bias: tensor(bias, [units]) },
  });
  const x = tensor(args.x, [1, units]);
  let state: ScanState = {
    values: args.state.map((s) => tensor(s, [1, units])),
    lateral: tensor(args.lateral, [1, units]),
  };
  state = step(state, x).state;
  const { buffers, bytes } = countAllocations(() => {
    for (let t = 0; t < 10_000; t++) state = step(state, x).state;
  });
  const resultBytes = 10_000 * 4 * 4 * units;
  assert(bytes >= resultBytes && bytes <= 1.1 * resultBytes, `${bytes} for ${resultBytes} bytes`);
  assert(buffers <= bytes / sharedBytes + 1, `${buffers} buffers`);
});

testEach("steps repeated have the values and gradients of a scan, to the bit", (backend) => {
  const extents = { steps: 4, batch: 70, groups: 2, group: 3 };
  const { args } = scanCase(kernel, extents, generator(2));
  const on = (s: Storage | undefined, ...shape: number[]) => {
    assert(s !== undefined);
    return make(s as Float32Array, shape, { backend });
  };
  const params = {
    x: on(args.x, 4, 70, 6),
    c: on(args.state[0], 70, 6),
    v: on(args.state[1], 70, 6),
    current: on(args.lateral, 70, 6),
    weight: on(args.weight, 6, 1, 3),
    bias: on(args.bias, 6),
    decay: ones([6], { backend }),
  };
  const settingOf = ({ weight, bias, decay }: typeof params) => ({
    ...{ kernel, units: 6, params: [mul(decay, 0.5), 0.3, 0] },
    lateral: { group: 3, weight, bias },
  });
  const start = ({ c, v, current }: typeof params): ScanState => ({
    values: [c, v],
    lateral: current,
  });
  const end = ({ values, lateral }: ScanState) => sum(add(add(values[0], values[1]), lateral ?? 0));
  const whole = valueAndGrad((p: typeof params) => {
    const { out, state } = scan(settingOf(p), start(p), p.x);
    return add(sum(mul(out, p.x)), end(state));
  });
  const stepped = valueAndGrad((p: typeof params) => {
    const step = bindScan(settingOf(p));
    let state = start(p);
    const outputs: Tensor[] = [];
    for (let t = 0; t < 4; t++) {
      const result = step(state, reshape(slice(p.x, t, t + 1), [70, 6]));
      state = result.state;
      outputs.push(result.out);
    }
    return add(sum(mul(reshape(concat(outputs), [4, 70, 6]), p.x)), end(state));
  });
  const [[value, gradients], [stepValue, stepGradients]] = [whole(params), stepped(params)];
  assertSameBits(stepValue.dataSync(), value.dataSync(), "value");
  for (const name of Object.keys(params) as (keyof typeof params)[]) {
    if (name === "x") continue; // its two uses are added in another order
    assertSameBits(stepGradients[name].dataSync(), gradients[name].dataSync(), name);
  }
});

Deno.test("a step refuses a sequence and another number of units", () => {
  const lone = defineScan({ ...kernel, name: "lone" });
  const step = bindScan({ kernel: lone, units: 6, params: [0.5, 0.3, 0] });
  const state = { values: [ones([2, 6]), ones([2, 6])] };
  for (const shape of [[1, 2, 6], [2, 5]]) {
    const words = `Cannot run neuron "lone": the input has shape [${shape.join(", ")}]`;
    assertThrows(() => step(state, ones(shape)), TypeError, words);
  }
});
