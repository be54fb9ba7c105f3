import { assert, assertEquals } from "@std/assert";
import { GpuStorage, type PooledBuffer } from "./buffers.ts";
import { bind, declareBuffers, declareUniforms } from "./shader.ts";

/** A buffer without a buffer: bindings look at nothing but its identity. */
const buffer = (id: number) => ({ id, bytes: 256, users: 1, batch: -1 }) as PooledBuffer;

Deno.test("storages of one buffer share a binding", () => {
  const [first, second] = [buffer(0), buffer(1)];
  const storages = [
    new GpuStorage(second, 0, 4),
    new GpuStorage(first, 0, 4),
    new GpuStorage(second, 64, 4),
  ];
  assertEquals(bind(storages), { buffers: [second, first], index: [0, 1, 0] });
});

Deno.test("a shader declares its uniforms, its inputs and one result", () => {
  assertEquals(declareBuffers(1).split("\n"), [
    "@group(0) @binding(1) var<storage, read> b0: array<f32>;",
    "@group(0) @binding(2) var<storage, read_write> result: array<f32>;",
  ]);
  assert(declareUniforms(5).includes("array<vec4<u32>, 2>"));
  assert(declareUniforms(0).includes("array<vec4<u32>, 1>"));
});

Deno.test("results in several buffers are bound after the inputs", () => {
  assertEquals(declareBuffers(0, ["r0", "r0", "r1"]).split("\n"), [
    "@group(0) @binding(1) var<storage, read_write> r0: array<f32>;",
    "@group(0) @binding(2) var<storage, read_write> r1: array<f32>;",
  ]);
});
