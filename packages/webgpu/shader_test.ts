import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { collectGarbage } from "@spikeloop/dev/testing";
import { Pipelines } from "./shader.ts";

/** A device that makes empty objects, and keeps track of its pipelines. */
function countingDevice() {
  const pipelines: WeakRef<object>[] = [];
  const device = {
    pushErrorScope: () => {},
    popErrorScope: () => Promise.resolve(null),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createShaderModule: () => ({}),
    createComputePipeline: () => {
      const pipeline = {};
      pipelines.push(new WeakRef(pipeline));
      return pipeline;
    },
  };
  return { device: device as unknown as GPUDevice, pipelines };
}

Deno.test("a program that defines ever new kernels keeps those pipelines that it used last", async () => {
  const { device, pipelines } = countingDevice();
  const all = new Pipelines(device, () => {});
  const get = (i: number) => all.get(`${i}`, "map", 1, () => `// ${i}`);
  const often = get(0);
  for (let i = 1; i < 5000; i++) {
    get(i);
    assertStrictEquals(get(0), often);
  }
  await collectGarbage();
  const alive = pipelines.filter((pipeline) => pipeline.deref() !== undefined).length;
  assert(alive >= 512 && alive < 1024, `${alive} are alive`);
  assertEquals(all.count, 5000);
  assert(get(1).id !== get(4999).id, "a pipeline that was made again has a number of its own");
});

Deno.test("equal shaders of different kernels are one pipeline", () => {
  const all = new Pipelines(countingDevice().device, () => {});
  const text = () => "// the same";
  assertStrictEquals(all.get("a", "map", 1, text), all.get("b", "map", 1, text));
  assertEquals(all.count, 1);
});
