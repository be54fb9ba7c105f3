import { assertEquals, assertThrows } from "@std/assert";
import { noGpu, testUnless } from "@spikeloop/dev";
import { fakeGpu } from "@spikeloop/dev/testing";
import { add, exp, matmul, mul, reshape, scoped, sum, type Tensor } from "@spikeloop/tensor";
import { type WebGpu, webgpu } from "./mod.ts";

/** Runs `f` on a stand-in, and returns the labels of its dispatches. */
async function labels(f: (gpu: WebGpu, x: Tensor) => void): Promise<string[]> {
  const { gpu, dispatches } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  f(backend, backend.tensor([[1, 2], [3, 4]]));
  return dispatches.map(({ label }) => label);
}

Deno.test("a kernel computes the elementwise results that it alone reads", async () => {
  assertEquals(await labels((_, x) => sum(mul(x, add(x, 1)))), ["sum"]);
  assertEquals(await labels((_, x) => matmul(x, mul(exp(x), reshape(sum(x), [1])))), [
    ...["sum", "map", "matmul"],
  ]);
});

Deno.test("an elementwise result that is read twice is computed once more at most", async () => {
  const twice = await labels((_, x) => {
    const y = exp(x);
    for (let i = 0; i < 3; i++) sum(add(y, i));
  });
  assertEquals(twice, ["sum", "map", "sum", "sum"]);
});

Deno.test("an elementwise result that nobody reads is not computed, and takes no memory", async () => {
  const unread = await labels((gpu, x) => {
    const { bytesInUse } = gpu.info;
    scoped(gpu, () => void exp(x))();
    for (let i = 0; i < 16; i++) add(x, i);
    assertEquals(gpu.info.bytesInUse, bytesInUse);
  });
  assertEquals(unread, []);
  // Outside scopes, old ones are computed, so that their operands need not wait for ever.
  const many = await labels((_, x) => [...Array(20).keys()].forEach((i) => add(x, i)));
  assertEquals(many, Array(4).fill("map"));
});

Deno.test("a released elementwise result cannot be used", async () => {
  await labels((gpu, x) => {
    const y = exp(x);
    gpu.release?.(y.storage);
    assertThrows(() => sum(y), Error, "after its memory was released");
  });
});

testUnless(await noGpu(), "late results have the values of computed ones", async () => {
  using gpu = await webgpu();
  const x = gpu.tensor([[1, 2], [3, 4]]);
  const row = gpu.tensor([10, 20]);
  // Stretched operands, a scalar that is stretched, another shape, and four kernels in a row.
  const scalar = add(sum(x), 1);
  const chain = reshape(mul(add(mul(x, row), scalar), 2), [4]);
  assertEquals([...await sum(reshape(add(chain, 1), [2, 2]), 0).data()], [126, 286]);
  assertEquals([...await chain.data()], [42, 102, 82, 182]);
  // Its operand goes first.
  const y = add(x, 1);
  const z = mul(y, y);
  gpu.release?.(x.storage);
  gpu.release?.(y.storage);
  assertEquals([...await z.data()], [4, 9, 16, 25]);
});
