import { assertEquals, assertThrows } from "@std/assert";
import * as e from "@spikeloop/expr";
import { broadcastStrides, type MapKernel, type MapOperand, sizeOf } from "@spikeloop/backend";
import { evaluateMap, evaluator } from "@spikeloop/backend/evaluator";
import { assertSameBits, choice, floats, generator, integer, trials } from "@spikeloop/dev/testing";
import { spoilStaging } from "./testing/spoil_staging.ts";
import { cpuMap } from "./map.ts";

const [x, y, z] = ["x", "y", "z"].map(e.input);

const kernels: readonly MapKernel[] = [
  { inputs: ["x"], outputs: [e.neg(x)] },
  { inputs: ["x", "y"], outputs: [e.add(x, y)] },
  { inputs: ["x", "y"], outputs: [e.min(x, y), e.max(x, y), e.div(x, y)] },
  { inputs: ["x", "y", "z"], outputs: [e.select(e.less(x, y), z, e.mul(x, y)), e.equal(x, z)] },
  { inputs: ["x", "y", "z"], outputs: [e.add(e.exp(x), e.mul(y, e.tanh(z)))] },
  { inputs: ["x", "y"], outputs: [e.constant(2), y] },
];

/** A shape that broadcasts to `shape`: some extents are 1, leading axes may be missing. */
function stretchable(random: () => number, shape: readonly number[]): number[] {
  const own = shape.map((n) => random() < 0.4 ? 1 : n);
  return own.slice(integer(random, 0, own.length));
}

function randomOperand(random: () => number, shape: readonly number[]): MapOperand {
  if (random() < 0.15) return floats(random, 1, 0.3)[0];
  const own = random() < 0.4 ? shape : stretchable(random, shape);
  return { storage: floats(random, sizeOf(own), 0.1), strides: broadcastStrides(own, shape) };
}

Deno.test("map has the evaluator's bits on random shapes, stretched any way", () => {
  const random = generator(1);
  for (let trial = 0; trial < trials(600, 20_000); trial++) {
    const largest = choice(random, [2, 5, 9, 40]);
    const shape = Array.from({ length: integer(random, 0, 4) }, () => integer(random, 0, largest));
    if (sizeOf(shape) > 30000) continue;
    const kernel = choice(random, kernels);
    const operands = kernel.inputs.map(() => randomOperand(random, shape));
    spoilStaging();
    const got = cpuMap(kernel, operands, shape);
    const want = evaluator.map(kernel, operands, shape);
    assertEquals(got.length, want.length);
    got.forEach((g, i) =>
      assertSameBits(g, want[i], `trial ${trial}, shape [${shape}], output ${i}`)
    );
  }
});

Deno.test("map has the evaluator's bits over many tiles", () => {
  const random = generator(2);
  for (const shape of [[20011], [5000, 3], [3, 5000], [7, 1, 1000], [10, 17, 60], [2, 2, 4099]]) {
    for (let trial = 0; trial < 6; trial++) {
      const kernel = choice(random, kernels);
      const operands = kernel.inputs.map(() => randomOperand(random, shape));
      const want = evaluator.map(kernel, operands, shape);
      cpuMap(kernel, operands, shape).forEach((g, i) =>
        assertSameBits(g, want[i], `shape [${shape}], output ${i}`)
      );
    }
  }
});

Deno.test("a kernel gives the same bits before and after it is compiled", () => {
  const kernel: MapKernel = { inputs: ["x"], outputs: [e.sigmoid(x)] };
  const operands = [{ storage: floats(generator(3), 100), strides: [1] }];
  const interpreted: boolean[] = [];
  const run = () => {
    interpreted.push(false);
    return cpuMap(kernel, operands, [100], (kernel, operands, shape) => {
      interpreted[interpreted.length - 1] = true;
      return evaluateMap(kernel, operands, shape);
    })[0];
  };
  const first = run();
  for (let i = 0; i < 4; i++) assertSameBits(run(), first, `call ${i}`);
  assertEquals(interpreted, [true, true, false, false, false]);
});

Deno.test("results of earlier calls stay as they were", () => {
  const kernel: MapKernel = { inputs: ["x"], outputs: [e.mul(x, 2)] };
  const results = Array.from({ length: 3000 }, (_, i) => cpuMap(kernel, [i], [7])[0]);
  results.forEach((r, i) => assertEquals(r, new Float32Array(7).fill(2 * i)));
});

Deno.test("a kernel with hundreds of slots runs, one with too many says so", () => {
  const names = Array.from({ length: 300 }, (_, i) => `s${i}`);
  const total = names.map(e.input).reduce((a, b) => e.add(a, b));
  const operands = names.map((_, i) => i);
  const kernel = { inputs: names, outputs: [total] };
  assertSameBits(
    cpuMap(kernel, operands, [700])[0],
    new Float32Array(700).fill(300 * 299 / 2),
    "sum",
  );
  const many = Array.from({ length: 10000 }, (_, i) => `m${i}`);
  assertThrows(
    () => cpuMap({ inputs: many, outputs: [x] }, many.map(() => 0), [300]),
    RangeError,
    "Cannot compile an elementwise kernel of 10001 inputs and outputs",
  );
});
