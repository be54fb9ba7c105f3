import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { Backend } from "@spikeloop/backend";
import { cpu } from "@spikeloop/cpu";
import { key } from "@spikeloop/random";
import { ones, tensor, zeros } from "@spikeloop/tensor";
import { batches } from "./batches.ts";
import type { DataSet } from "./data_set.ts";
import { trainTestSplit } from "./train_test_split.ts";

const data = {
  x: tensor(Float32Array.from({ length: 20 }, (_, i) => i), [10, 2]),
  y: Uint8Array.from({ length: 10 }, (_, i) => i),
};
const shuffled = (seed: number) => [...batches(data, { batchSize: 4, key: key(seed) })];

Deno.test("batches() yields every sample once, in order without a key", () => {
  const all = [...batches(data, { batchSize: 4 })];
  assertEquals(all.map(({ x }) => x.shape), [[4, 2], [4, 2], [2, 2]]);
  assertEquals(all.flatMap(({ y }) => [...y.dataSync()]), [...data.y]);
  assertEquals(all.flatMap(({ x }) => [...x.dataSync()]), [...data.x.dataSync()]);
});

Deno.test("batches() refuses more samples than float32 can number", () => {
  for (const order of [undefined, key(0)]) {
    const all = batches({ x: zeros([2 ** 24 + 1]) }, { batchSize: 1e7, key: order });
    assertThrows(() => all.next(), RangeError, "the number of samples is 16777217");
  }
});

Deno.test("batches() shuffles all columns alike by the key", () => {
  const all = shuffled(1);
  const order = all.flatMap(({ y }) => [...y.dataSync()]);
  assertEquals([...order].sort((a, b) => a - b), [...data.y]);
  assert(order.some((y, i) => y !== i));
  assertEquals(order, all.flatMap(({ index }) => [...index]));
  for (const { x, index } of all) {
    assertEquals([...x.dataSync()], [...index].flatMap((i) => [2 * i, 2 * i + 1]));
  }
  assertEquals(shuffled(1).map(({ index }) => index), all.map(({ index }) => index));
  assert(shuffled(2)[0].index.some((at, i) => at !== all[0].index[i]));
});

Deno.test("batches() leaves out a smaller last batch where that is asked", () => {
  const sizes = (batchSize: number) =>
    Array.from(batches(data, { batchSize, dropLast: true }), ({ x }) => x.shape[0]);
  assertEquals(sizes(4), [4, 4]);
  assertEquals(sizes(5), [5, 5]);
  assertEquals(sizes(11), []);
  assertEquals([...batches({ x: zeros([0, 2]) }, { batchSize: 3 })], []);
});

Deno.test("columns on the CPU are copied to the device of another one", () => {
  const device: Backend = { ...cpu, name: "device", readSync: undefined };
  const there = tensor([0, 1, 2, 3], [4], { backend: device });
  const here = tensor([0, 1, 1, 0], [4], { binary: true });
  const z = Uint8Array.of(1, 2, 3, 4);
  const sets: DataSet[] = [{ x: there, y: here }, { x: here, y: there, z }];
  for (const set of sets) {
    const [part] = batches(set, { batchSize: 2 });
    for (const name of Object.keys(set)) {
      assertStrictEquals(part[name].backend, device);
      assertEquals(part[name].binary, set[name] === here);
    }
  }
  const [{ x }] = batches({ x: here, y: z }, { batchSize: 2 });
  assertStrictEquals(x.backend, here.backend);
});

Deno.test("batches() checks its arguments before the first batch", () => {
  const run = (d: unknown, options: unknown) => () => batches(d as never, options as never);
  const by2 = { batchSize: 2 };
  assertThrows(run({ x: ones([3]), y: ones([2]) }, by2), TypeError, "expected as many samples");
  assertThrows(run({ x: [1, 2] }, by2), TypeError, "data.x is");
  assertThrows(run({ x: ones([]) }, by2), TypeError, "expected [samples, ...]");
  assertThrows(run({ index: ones([2]) }, by2), TypeError, '"index"');
  assertThrows(run({}, by2), TypeError, "no columns");
  assertThrows(run(ones([2]), by2), TypeError, "a record of tensors");
  assertThrows(run(data, { batchSize: 0 }), RangeError, "batchSize is 0");
  assertThrows(run(data, {}), TypeError, "batchSize is missing");
  assertThrows(run(data, { ...by2, shuffle: true }), TypeError, "shuffle");
});

Deno.test("trainTestSplit() sets samples aside: the last ones, or those that the key draws", () => {
  const [train, test] = trainTestSplit(data, { testFraction: 0.3 });
  assertEquals([...train.y.dataSync()], [0, 1, 2, 3, 4, 5, 6]);
  assertEquals([...test.y.dataSync()], [7, 8, 9]);
  const [a, b] = trainTestSplit(data, { key: key(0) });
  assertEquals([a.x.shape, b.x.shape], [[8, 2], [2, 2]]);
  const all = [...a.y.dataSync(), ...b.y.dataSync()];
  assertEquals(all.sort((p, q) => p - q), [...data.y]);
  assertEquals(b.x.dataSync()[0], 2 * b.y.dataSync()[0]);
});

Deno.test("trainTestSplit() keeps a sample on either side", () => {
  const two = { x: ones([2]) };
  for (const testFraction of [0.01, 0.99]) {
    const [train, test] = trainTestSplit(two, { testFraction });
    assertEquals([train.x.size, test.x.size], [1, 1]);
  }
  assertThrows(() => trainTestSplit({ x: ones([1]) }), RangeError, "at least 2");
  assertThrows(() => trainTestSplit(two, { testFraction: 1 }), RangeError, "testFraction is 1");
});
