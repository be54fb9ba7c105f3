import { assertEquals } from "@std/assert";
import { grad, sum, tensor } from "@spikeloop/tensor";
import { readOuts } from "./mod.ts";

Deno.test("readOuts reduce a sequence over time", () => {
  const ySeq = tensor([[1, -1], [3, -5], [2, 3]]);
  const read = (mode: keyof typeof readOuts) => [...readOuts[mode](ySeq).dataSync()];
  assertEquals(read("last"), [2, 3]);
  assertEquals(read("max"), [3, 3]);
  assertEquals(read("maxAbs"), [3, -5]);
  assertEquals(read("mean"), [2, -1]);
  assertEquals(readOuts.last(tensor([[[1]], [[2]]])).shape, [1, 1]);
});

Deno.test("maxAbs takes the minimum of a tie, and max gives the gradient to the first of equals", () => {
  const tie = tensor([2, -2, 1]);
  assertEquals(readOuts.maxAbs(tie).item(), -2);
  assertEquals([...grad((x) => readOuts.maxAbs(x))(tie).dataSync()], [0, 1, 0]);
  const equals = tensor([[2], [2]]);
  assertEquals([...grad((x) => sum(readOuts.max(x)))(equals).dataSync()], [1, 0]);
});
