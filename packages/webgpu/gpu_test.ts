import { assertEquals, assertThrows } from "@std/assert";
import { onGpu } from "@spikeloop/dev";
import { webgpu } from "./mod.ts";
import { errorsSuite } from "./testing/errors_suite.ts";
import { functionsSuite } from "./testing/functions_suite.ts";
import { specialValuesSuite } from "./testing/special_values_suite.ts";

await onGpu("special values", (gpu) => {
  functionsSuite(gpu);
  specialValuesSuite(gpu);
  errorsSuite();
});

await onGpu("creation", () => {
  Deno.test("gpu.tensor takes typed arrays, as tensor does", async () => {
    using gpu = await webgpu();
    assertEquals([...await gpu.tensor(Uint8Array.of(1, 2)).data()], [1, 2]);
    assertEquals(gpu.tensor(new Float64Array(6), [2, 3]).shape, [2, 3]);
    assertThrows(() => gpu.tensor(Int32Array.of(2 ** 24 + 1)), RangeError, "16777217");
  });
});
