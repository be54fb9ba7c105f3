import { assertEquals, assertThrows } from "@std/assert";
import { cpu } from "@spikeloop/cpu";
import { full, ones, tensor, zeros } from "./create.ts";
import { mul } from "./functions.ts";
import { grad } from "./grad.ts";
import type { NestedNumbers } from "./read_numbers.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";
import { evaluator } from "@spikeloop/backend/evaluator";

Deno.test("tensor() takes numbers nested to any depth, flat numbers with a shape, and tensors", () => {
  assertEquals(tensor(7).shape, []);
  assertEquals(tensor([[1, 2, 3], [4, 5, 6]]).shape, [2, 3]);
  assertEquals(tensor([[[1], [2]]]).shape, [1, 2, 1]);
  assertEquals(tensor([1, 2, 3, 4], [2, 2]).shape, [2, 2]);
  const flat = tensor(Float32Array.of(1, 2, 3, 4), [2, 2]);
  assertEquals([...flat.dataSync()], [1, 2, 3, 4]);
  assertEquals(tensor(flat), flat);
  assertEquals(tensor(flat, [4]).shape, [4]);
});

Deno.test("tensor() takes empty arrays", () => {
  assertEquals(tensor([]).shape, [0]);
  assertEquals(tensor([[], []]).shape, [2, 0]);
  assertEquals(tensor(new Float32Array(0), [3, 0]).size, 0);
});

Deno.test("tensor() copies, and rounds to float32", () => {
  const data = Float32Array.of(1, 2);
  const shape = [2];
  const x = tensor(data, shape);
  data[0] = 9;
  shape[0] = 7;
  x.dataSync()[1] = 9;
  assertEquals([...x.dataSync()], [1, 2]);
  assertEquals(x.shape, [2]);
  assertEquals(tensor(0.1).item(), Math.fround(0.1));
});

Deno.test("zeros(), ones() and full() fill any shape", () => {
  assertEquals([...zeros([2, 2]).dataSync()], [0, 0, 0, 0]);
  assertEquals([...ones([3]).dataSync()], [1, 1, 1]);
  assertEquals([...full([2], -0.5).dataSync()], [-0.5, -0.5]);
  assertEquals(full([], NaN).item(), NaN);
  assertEquals(zeros([2, 0, 3]).size, 0);
  assertEquals(zeros([1], { backend: evaluator }).backend, evaluator);
  assertEquals(zeros([1]).backend, cpu);
});

Deno.test("full() keeps the sign of 0", () => {
  for (const backend of [cpu, evaluator]) {
    assertEquals(Object.is(full([2], -0, { backend }).dataSync()[1], -0), true);
    assertEquals(Object.is(zeros([2], { backend }).dataSync()[1], 0), true);
  }
});

Deno.test("a binary tensor holds only zeros and ones", () => {
  assertEquals(tensor([0, 1], undefined, { binary: true }).binary, true);
  assertEquals(tensor([0, 1]).binary, false);
  assertThrows(
    () => tensor([0, 2], undefined, { binary: true }),
    RangeError,
    "Cannot make a binary tensor: it holds numbers other than 0 and 1",
  );
  const x = tensor([0, 1]);
  const binary = (x: Tensor) => tensor(x, [2, 1], { binary: true });
  assertEquals([binary(x).binary, binary(x).shape, x.binary], [true, [2, 1], false]);
  assertEquals([...grad((x: Tensor) => sum(mul(binary(x), 3)))(x).dataSync()], [3, 3]);
  assertThrows(() => binary(tensor([1, 2])), RangeError, "Cannot make a binary tensor");
});

Deno.test("tensor() refuses arrays that are no rectangle of numbers, and names the fault", () => {
  const wrong = (values: unknown) => () => tensor(values as NestedNumbers);
  assertThrows(
    wrong([[1, 2], [3]]),
    TypeError,
    "the length of axis 1 is 2 in one place and 1 in another",
  );
  assertThrows(
    wrong([[1], 2]),
    TypeError,
    "the length of axis 1 is 1 in one place and 2 in another",
  );
  assertThrows(wrong([1, [2]]), TypeError, "found an array where a number was expected");
  assertThrows(wrong([1, null]), TypeError, "found null where a number was expected");
  assertThrows(wrong([1, undefined]), TypeError, "found undefined where a number was expected");
  assertThrows(wrong(["1"]), TypeError, 'found "1" where a number was expected');
  assertThrows(wrong(null), TypeError, "Cannot make a tensor of null");
  assertThrows(wrong("abc"), TypeError, 'Cannot make a tensor of "abc"');
  assertThrows(wrong(new ArrayBuffer(2)), TypeError, "Cannot make a tensor of an ArrayBuffer");
  assertThrows(wrong(new DataView(new ArrayBuffer(2))), TypeError, "of a DataView: expected a num");
  assertThrows(wrong({ a: 1 }), TypeError, "Cannot make a tensor of a record");
});

Deno.test("shapes must be arrays of integers that fit", () => {
  assertThrows(() => tensor([1, 2, 3], [2]), TypeError, "the number of values is 3, expected 2");
  assertThrows(
    () => tensor(new Float32Array(3), [2, 2]),
    TypeError,
    "of shape [2, 2]: the number of values is",
  );
  assertThrows(
    () => zeros([1.5]),
    RangeError,
    "the shape is [1.5], expected an array of integers of at least 0",
  );
  assertThrows(() => ones([-1]), RangeError, "the shape is [-1]");
  assertThrows(() => full(3 as unknown as number[], 1), RangeError, "the shape is 3");
  assertThrows(
    () => full([2], "1" as unknown as number),
    TypeError,
    'Cannot run full: "1" is not a number',
  );
});

Deno.test("a tensor does not move to another backend by being wrapped", () => {
  assertThrows(
    () => tensor(ones([1]), undefined, { backend: evaluator }),
    TypeError,
    'Cannot make a tensor on "evaluator" of one on "cpu"',
  );
});

Deno.test("tensor() takes typed arrays of every kind", () => {
  const kinds = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array];
  for (const Kind of [...kinds, Uint32Array, Float32Array, Float64Array]) {
    const x = tensor(Kind.of(1, 2, 3, 4), [2, 2]);
    assertEquals([x.shape, [...x.dataSync()]], [[2, 2], [1, 2, 3, 4]]);
  }
  for (const Kind of [BigInt64Array, BigUint64Array]) {
    assertEquals([...tensor(Kind.of(5n, 6n)).dataSync()], [5, 6]);
  }
  assertEquals(tensor(new Uint8Array(784), [28, 28]).shape, [28, 28]);
  assertEquals(tensor(Float64Array.of(0.1, 1e300)).dataSync()[0], Math.fround(0.1));
});

Deno.test("tensor() refuses integers that float32 cannot hold", () => {
  const odd = 2 ** 24 + 1;
  const message = "float32 cannot hold the integer 16777217";
  assertThrows(() => tensor(odd), RangeError, message);
  assertThrows(() => tensor([[1, odd]]), RangeError, message);
  assertThrows(() => tensor(Int32Array.of(odd)), RangeError, message);
  assertThrows(() => tensor(Uint32Array.of(odd)), RangeError, message);
  assertThrows(() => tensor(Float64Array.of(odd)), RangeError, message);
  assertThrows(() => tensor(BigInt64Array.of(2n ** 60n + 1n)), RangeError, "1152921504606846977");
  for (const fits of [2 ** 24, -(2 ** 24), 2 ** 24 + 2, 1e10, 0.1, 1e300, NaN]) {
    assertEquals(tensor(fits).item(), Math.fround(fits));
  }
});

Deno.test("a shape with holes is refused, and later tensors are intact", () => {
  assertThrows(
    () => zeros(new Array(2)),
    RangeError,
    "Cannot run zeros: the shape is [undefined, undefined], expected an array of",
  );
  const [a, b] = [tensor([1, 2, 3]), tensor([10, 20, 30])];
  assertEquals([[...a.dataSync()], [...b.dataSync()]], [[1, 2, 3], [10, 20, 30]]);
});
