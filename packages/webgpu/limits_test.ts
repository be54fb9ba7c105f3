import { fakeGpu } from "@spikeloop/dev/testing";
import { constant, input, mul } from "@spikeloop/expr";
import { type CompleteBackend, defineScan, type ScanArgs, type Storage } from "@spikeloop/backend";
import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { add, matmul, mul as times } from "@spikeloop/tensor";
import { webgpu } from "./mod.ts";

const most = 65535;

const kernel = defineScan({
  name: "leak",
  states: ["v"],
  params: ["decay"],
  out: mul(input("v"), input("decay")),
  next: [mul(input("v"), input("decay"))],
  binary: false,
});

/** More rows than there may be workgroups along one axis, of groups that fill a workgroup. */
function scanArgs(backend: CompleteBackend, rows: number, group: number): ScanArgs {
  const make = (length: number) => backend.fill?.(length, 0) as Storage;
  const units = Math.max(1, group);
  const shared = group > 0
    ? { lateral: make(rows * units), weight: make(units * units), bias: make(units) }
    : { lateral: undefined, weight: undefined, bias: undefined };
  return {
    ...{ steps: 1, batch: rows, units, group, delay: 1 },
    x: make(rows * units),
    noise: [],
    state: [make(rows * units)],
    params: [0.5],
    ...shared,
  };
}

const plain = {
  ...{ transposeA: false, transposeB: false, sharedA: false, sharedB: false },
  ...{ binaryA: false, binaryB: false },
};

/** Work beyond the limit for every kind of shader, and the workgroups that it takes at least. */
const cases: Readonly<Record<string, [(gpu: CompleteBackend, x: Storage) => void, number]>> = {
  map: [(gpu, x) => {
    const operand = { storage: x, strides: [1] };
    const outputs = [2, 3].map((factor) => mul(input("x"), constant(factor)));
    gpu.map({ inputs: ["x"], outputs }, [operand], [x.length]);
  }, 70_000],
  sum: [(gpu, x) => gpu.reduce("sum", x, x.length, 1, 1), 70_000],
  max: [(gpu, x) => gpu.reduce("max", x, 70_000, 64, 1), 70_000],
  gather: [
    (gpu, x) => gpu.gather({ storage: x, offset: 0, shape: [x.length], strides: [1] }),
    70_000,
  ],
  scatter: [(gpu, x) => {
    const into = { offset: 0, shape: [x.length], strides: [1] };
    gpu.scatter(x.length, [{ data: x, into }]);
  }, 70_000],
  take: [(gpu, x) => gpu.take(x, gpu.upload(Float32Array.of(0)), 1, 1, x.length), 70_000],
  scatterAdd: [
    (gpu, x) => gpu.scatterAdd(x, gpu.upload(Float32Array.of(0)), 1, 1, x.length),
    70_000,
  ],
  matmul: [(gpu, x) => {
    const spec = { ...plain, batch: 1, k: 1 };
    gpu.matmul({ ...spec, m: x.length, n: 1 }, x, x);
    gpu.matmul({ ...spec, m: 16, n: 16, batch: 70_000 }, x, x);
    gpu.matmul({ ...spec, m: x.length / 16, n: 64 }, x, x);
  }, 70_000],
  "neuron leak, forward": [
    (gpu) => gpu.scan(kernel, scanArgs(gpu, 70_000, 200), [0]),
    2048,
  ],
  "neuron leak, backward": [(gpu) => {
    const args = scanArgs(gpu, 64 * 70_000, 0);
    const cotangents = { out: args.x, state: [undefined], lateral: undefined };
    const wants = { weights: false, params: ["sum" as const] };
    gpu.scanBackward(kernel, args, args.x, cotangents, wants);
  }, 1024],
  "weight gradient": [(gpu, x) => {
    const records = [{ lateral: x, out: x }];
    gpu.lateralGradient(records, { batch: 64, units: 140_000, group: 2, binary: true });
  }, 1024],
  "weight gradient of many rows": [(gpu, x) => {
    const records = [{ lateral: x, out: x }];
    gpu.lateralGradient(records, { batch: x.length / 2, units: 2, group: 2, binary: true });
  }, 1],
  // No fewer workgroups take whole rows of so many units.
  "parameter gradient": [
    (gpu, x) => gpu.paramGradient([x], 1, x.length),
    70_000,
  ],
};

for (const [name, [run, count]] of Object.entries(cases)) {
  Deno.test(`${name}: any number of workgroups fits into the grid`, async () => {
    const { gpu, dispatches } = fakeGpu();
    using backend = await webgpu({ gpu, recompute: true });
    const x = backend.fill?.(128 * 70_000, 1);
    assert(x !== undefined);
    dispatches.length = 0;
    run(backend, x);
    const sizes = dispatches.map((d) => d.workgroups.reduce((a, b) => a * b, 1));
    assertGreaterOrEqual(Math.max(...sizes), count);
    for (const { label, workgroups } of dispatches) {
      assertEquals(workgroups.filter((n) => n > most), [], `${label}: ${workgroups}`);
    }
  });
}

Deno.test("more workgroups than two axes hold are refused by the limit's name, before they are dispatched", async () => {
  const { gpu, dispatches } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  assertThrows(
    () => backend.fill?.(64 * (most * most + 1), 0),
    RangeError,
    "workgroups along one axis, maxComputeWorkgroupsPerDimension is 65535",
  );
  assertEquals(dispatches, []);
});

Deno.test("a large buffer is rounded up by less than 16 MiB, and frees those that are not in use", async () => {
  const { gpu } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const held = (length: number) => {
    const x = backend.fill?.(length, 2);
    assert(x !== undefined);
    const bytes = backend.info.bytesHeld;
    backend.release?.(x);
    return bytes - 4 * length;
  };
  for (const length of [84_000_000, 20_000_000, 50_000_000]) {
    const spare = held(length);
    assertGreaterOrEqual(spare, 0);
    assertLess(spare, 16 * 2 ** 20);
  }
});

Deno.test("groups of more than 256 units run where the adapter allows them", async () => {
  const { gpu, dispatches } = fakeGpu({ invocations: 1024 });
  using backend = await webgpu({ gpu, recompute: true });
  backend.scan(kernel, scanArgs(backend, 3, 300), []);
  assertEquals(dispatches.at(-1), { label: "neuron leak, forward", workgroups: [3, 1, 1] });
  const words = "a group has 1025 units, maxComputeInvocationsPerWorkgroup allows 1024";
  assertThrows(() => backend.scan(kernel, scanArgs(backend, 3, 1025), []), RangeError, words);
});

Deno.test("more arguments than uniforms hold are refused by the limit's name", async () => {
  const { gpu } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const inputs = Array.from({ length: 17_000 }, (_, i) => `x${i}`);
  assertThrows(
    () => backend.map({ inputs, outputs: [input("x0")] }, inputs.map((_, i) => i), [1]),
    RangeError,
    "Cannot run map on a GPU: it takes 68096 bytes of arguments, maxUniformBufferBindingSize is 65536",
  );
});

Deno.test("everything that is written is measured in bytes", async () => {
  const { gpu, writes } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const x = backend.tensor(new Float32Array([9, 1, 2, 3]).subarray(1));
  await times(matmul(x, x), 2).data();
  assertEquals(writes.length, 2);
  for (const [, offset, data, ...more] of writes) {
    assert(data instanceof Uint8Array);
    assertEquals([offset, more], [0, []]);
  }
  const [[, , numbers], [, , uniforms]] = writes as [unknown, unknown, Uint8Array][];
  assertEquals([...new Float32Array(numbers.slice().buffer)], [1, 2, 3]);
  assertEquals(uniforms.byteLength, 2 * 256);
});

Deno.test("an error outside every scope reaches the next operation and the next read", async () => {
  const { gpu, device } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const x = backend.tensor([1]);
  const pending = x.data();
  device.dispatchEvent(
    Object.assign(new Event("uncapturederror"), { error: { message: "no such buffer" } }),
  );
  const words = "The GPU refused a command, and results that depend on it are lost: no such buffer";
  await assertRejects(() => pending, Error, words);
  await assertRejects(() => x.data(), Error, words);
  assertThrows(() => add(x, 1), Error, words);
});

Deno.test("an error in a batch of commands reaches the read that waits for it", async () => {
  const { gpu, errors } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const x = add(backend.tensor([1]), 1);
  await x.data();
  errors.validation = "too many groups";
  const y = x.data();
  await assertRejects(() => y, Error, "The GPU refused a command");
  await assertRejects(() => x.data(), Error, "too many groups");
});

Deno.test("memory that a read does not get is told", async () => {
  const { gpu, errors } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const x = backend.tensor([1, 2]);
  errors["out-of-memory"] = "Not enough memory left.";
  await assertRejects(() => x.data(), Error, "The GPU is out of memory: it refused 8 bytes");
});
