import { assertStrictEquals, assertThrows } from "@std/assert";
import { hostArray } from "./host_storage.ts";

Deno.test("storage of the CPU is its own array, storage of a device is refused", () => {
  const numbers = Float32Array.of(1, 2);
  assertStrictEquals(hostArray(numbers), numbers);
  const words = "Cannot use storage of a device on the CPU: copy the tensor to the CPU first";
  assertThrows(() => hostArray({ length: 2 }), TypeError, words);
});
