import { assertEquals, assertThrows } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { input } from "@spikeloop/expr";
import {
  add,
  argmax,
  broadcastTo,
  concat,
  customVjp,
  elementwise,
  grad,
  mapTree,
  matmul,
  max,
  mean,
  ones,
  reshape,
  slice,
  sum,
  Tensor,
  tensor,
  transpose,
  treeLeaves,
  zeros,
} from "./mod.ts";

/** A value as a program without types may pass it. */
const careless = (value: unknown) => value as never;

const x: Tensor = ones([2, 3]);

Deno.test("a value that is no tensor is named, with the operation and how to make a tensor", () => {
  const operations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    sum,
    mean,
    max,
    argmax: (x) => argmax(x, 0),
    reshape: (x) => reshape(x, [2]),
    transpose,
    slice: (x) => slice(x, 0),
    broadcastTo: (x) => broadcastTo(x, [2]),
  };
  for (const [name, run] of Object.entries(operations)) {
    const words = `Cannot run ${name}: x is`;
    assertThrows(
      () => run(careless(undefined)),
      TypeError,
      `${words} undefined, expected a tensor`,
    );
    assertThrows(
      () => run(careless([1, 2])),
      TypeError,
      `${words} an array, expected a tensor (make`,
    );
  }
  assertThrows(
    () => matmul(x, careless(2)),
    TypeError,
    "Cannot run matmul: b is 2, expected a tensor",
  );
  assertThrows(() => concat(careless(x)), TypeError, "expected an array of at least one tensor");
});

Deno.test("a tensor of another copy of the package is called one", () => {
  class Foreign {
    toString(): string {
      return x.toString();
    }
  }
  const words = "Tensor([2, 3], cpu) of another copy of this package";
  assertThrows(() => sum(careless(new Foreign())), TypeError, `x is ${words}, expected a tensor`);
  assertThrows(
    () => add(x, careless(new Foreign())),
    TypeError,
    `${words} is neither a tensor nor`,
  );
  assertThrows(() => treeLeaves(careless([x, new Foreign()])), TypeError, `[1] as a tree`);
  assertThrows(() => treeLeaves(careless([x, new Foreign()])), TypeError, words);
});

Deno.test("a slice without a start and a formula that is none are refused", () => {
  assertThrows(() => slice(x, careless(undefined)), TypeError, "begin is undefined, expected a");
  const make = () => elementwise("half", 1, careless(0.5));
  assertThrows(make, TypeError, 'Cannot make the operation "half": its formula is 0.5, expected');
});

Deno.test("misspelt options are named", () => {
  const message = "Cannot make a tensor: it has no option";
  assertThrows(
    () => zeros([1], careless({ bakend: 1 })),
    TypeError,
    `${message} "bakend", only backend`,
  );
  assertThrows(() => tensor([1], [1], careless({ dtype: "f64" })), TypeError, `${message} "dtype"`);
  assertThrows(() => tensor(x, [6], careless({ dtype: "f64" })), TypeError, `${message} "dtype"`);
  assertThrows(() => sum(x, careless({ axes: 0 })), TypeError, '"axes", only axis, keepDims');
  assertThrows(() => mean(x, careless({ keepdims: true })), TypeError, "did you mean keepDims?");
  assertThrows(() => mean(x, careless({ dim: 0 })), TypeError, "Cannot run mean: it has no option");
  assertThrows(() => mean(x, 2), RangeError, "Cannot run mean: a tensor of rank 2 has no axis 2");
  assertThrows(() => sum(x, careless("0")), TypeError, 'its options are "0", expected a record');
  assertThrows(() => matmul(x, x, careless({ transpose_b: true })), TypeError, "mean transposeB");
  const half = (options: unknown) => () => elementwise("half", 1, (x) => x, careless(options));
  assertThrows(half({ numberAsInputs: true }), TypeError, "did you mean numbersAsInputs?");
  assertThrows(half({ numbersAsInputs: 1 }), TypeError, "numbersAsInputs is 1, expected true or");
  assertThrows(() => zeros([1], careless({ binary: 1 })), TypeError, "binary is 1, expected true");
  assertThrows(() => matmul(x, x, careless({ transposeA: 0 })), TypeError, "transposeA is 0");
});

Deno.test("a backend that is none is refused", () => {
  for (const [backend, said] of [["cpu", '"cpu"'], [null, "null"], [{}, "a record"]] as const) {
    assertThrows(
      () => zeros([1], { backend: careless(backend) }),
      TypeError,
      `Cannot make a tensor: backend is ${said}, expected one such as cpu or await webgpu()`,
    );
  }
});

Deno.test("a shape is checked, and so is its size", () => {
  assertThrows(() => zeros([1e5, 1e5]), RangeError, "[100000, 100000] has 10000000000 elements");
  assertThrows(() => zeros([1.5]), RangeError, "the shape is [1.5], expected an array of integers");
  assertThrows(() => zeros(careless(3)), RangeError, "the shape is 3");
  assertThrows(
    () => reshape(x, careless(undefined)),
    TypeError,
    "the shape is undefined, expected",
  );
});

Deno.test("lists with holes and values of other kinds are refused in the library's words", () => {
  const hole = [1, 0];
  delete hole[0];
  const wrong: readonly (() => unknown)[] = [
    ...["0", null, [0, 0], [0, 2], 1.5, NaN, 1e300, new Array(1), [hole], 0n].flatMap((axis) => [
      () => sum(x, careless({ axis })),
      () => max(x, careless({ axis })),
      () => argmax(x, careless(axis)),
      () => concat([x], careless(axis)),
    ]),
    () => transpose(x, careless(hole)),
    () => transpose(x, careless(1)),
    () => transpose(x, careless("10")),
    () => slice(x, hole),
    () => slice(x, 0, careless(null)),
    () => slice(x, 0, careless("1")),
    () => slice(x, [0], careless([null])),
    () => concat(careless([x, undefined])),
    () => concat(careless([x, 2])),
    () => concat(new Array(2)),
    () => treeLeaves(new Array(2)),
    () => mapTree((x) => x, new Array(2)),
    () => reshape(x, new Array(2)),
    () => broadcastTo(x, new Array(2)),
    () => zeros(careless([2n])),
    () => customVjp((x) => x, () => new Array(1))(x),
    () => grad(customVjp((x) => sum(x), () => new Array(1)))(x),
  ];
  for (const [i, run] of wrong.entries()) {
    if (i === wrong.length - 2) continue; // its pullback does not run
    const { message } = assertThrows(run, Error, "Cannot ", String(run));
    assertEquals(/properties of undefined|not iterable|not a function/.test(message), false);
  }
});

Deno.test("tensors on several backends are named, and the way to the GPU", () => {
  const there = tensor([[1, 2, 3]], undefined, { backend: evaluator });
  const way = "await gpu.from(x) copies";
  const second = `argument 1 and argument 2; ${way} argument 1`;
  assertThrows(() => add(x, there), TypeError, second);
  assertThrows(() => matmul(there, x, { transposeB: true }), TypeError, `a and b; ${way} b`);
});

Deno.test("a typed array and an expression are told how to become tensors", () => {
  assertThrows(
    () => add(x, careless(new Float32Array(2))),
    TypeError,
    "(make one with tensor(...))",
  );
  assertThrows(() => sum(careless(new Float32Array(2))), TypeError, "make one with tensor(...)");
  for (const run of [() => add(x, careless(input("v"))), () => sum(careless(input("v")))]) {
    assertThrows(run, TypeError, "an expression (input)");
    assertThrows(run, TypeError, "the function of the same name in @spikeloop/expr");
  }
});

Deno.test("a result that is too large is refused, and its shape is named", () => {
  const [column, row] = [ones([1e6, 1]), ones([1, 1e6])];
  const wrong = [() => add(column, row), () => matmul(column, row), () => zeros([1e6, 1e6])];
  for (const run of wrong) assertThrows(run, RangeError, "[1000000, 1000000]");
  const long = new Tensor(cpu, new Float32Array(0), [2 ** 20, 2 ** 10]);
  assertThrows(() => concat([long, long, long]), RangeError, "[3145728, 1024]");
});

Deno.test("where memory runs out, the error names the shape", () => {
  const outOfMemory = { ...cpu, fill: () => new Float32Array(2 ** 53) };
  const make = () => zeros([3, 4], { backend: outOfMemory });
  assertThrows(make, RangeError, "Cannot make a tensor of shape [3, 4]: its 48 bytes do not fit");
});
