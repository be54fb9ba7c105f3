import { assertEquals } from "@std/assert";
import { hostArray } from "../host_storage.ts";
import { evaluator } from "./evaluator.ts";

Deno.test("the evaluator copies numbers when it uploads and when it reads", async () => {
  const numbers = Float32Array.of(1, 2);
  const storage = evaluator.upload(numbers);
  numbers[0] = 9;
  const read = await evaluator.read(storage);
  read[1] = 9;
  assertEquals([...hostArray(storage)], [1, 2]);
  assertEquals(evaluator.readSync?.(storage), Float32Array.of(1, 2));
});
