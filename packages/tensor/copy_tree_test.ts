import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { fakeGpu } from "@spikeloop/dev/testing";
import { webgpu } from "@spikeloop/webgpu";
import { copyTree, ones, tensor, zeros } from "./mod.ts";

Deno.test("a tree is copied to another backend and back, with its names and numbers", async () => {
  const tree = {
    layers: [{ weight: tensor([[1, -2]]) }, { weight: tensor(3) }],
    spikes: tensor([0, 1], [2], { binary: true }),
  };
  const there = await copyTree(tree, evaluator);
  assertStrictEquals(there.layers[0].weight.backend, evaluator);
  assertEquals([there.spikes.binary, there.layers[1].weight.shape], [true, []]);
  const back = await copyTree(there);
  assertStrictEquals(back.spikes.backend, cpu);
  assertEquals([...back.layers[0].weight.dataSync()], [1, -2]);
});

Deno.test("tensors that are on the backend already stay the same objects", async () => {
  const [here, there] = [ones([2]), ones([2], { backend: evaluator })];
  const copy = await copyTree({ here, there });
  assertStrictEquals(copy.here, here);
  assertStrictEquals(copy.there.backend, cpu);
});

Deno.test("the tensors of a GPU are read together", async () => {
  const { gpu, counts } = fakeGpu();
  using backend = await webgpu({ gpu, recompute: true });
  const before = counts.mappings;
  const copy = await copyTree([zeros([3], { backend }), zeros([2, 2], { backend })]);
  assertEquals([counts.mappings - before, copy[1].shape], [1, [2, 2]]);
});

Deno.test("numbers in a tree stay as they are", async () => {
  const state = { step: 3, moments: [{ mean: ones([2], { backend: evaluator }) }, -0.5] };
  const copy = await copyTree(state);
  assertEquals([copy.step, copy.moments[1]], [3, -0.5]);
  assertEquals(copy.moments[0], { mean: ones([2]) });
  assertEquals(await copyTree(7), 7);
});

Deno.test("a value that is no tree is refused", async () => {
  const wrong = { moments: [{ mean: "1" }] };
  const message = "Cannot use the tree.moments[0].mean as a tree of tensors: it is";
  await assertRejects(() => copyTree(wrong as never), TypeError, message);
});
