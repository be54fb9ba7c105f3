import { assertEquals, assertThrows } from "@std/assert";
import { grad, partAt, sum, tensor, zeros } from "@spikeloop/tensor";
import { readOut, readOuts } from "./mod.ts";

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

Deno.test("a step that is NaN makes every read-out but the last NaN, step by step and at once", () => {
  const xSeq = tensor([[[1, 1]], [[NaN, 5]], [[2, 2]]]);
  for (const mode of ["last", "max", "maxAbs", "mean", "sum"] as const) {
    const layer = readOut(mode);
    const want = [...readOuts[mode](xSeq).dataSync()];
    assertEquals(Number.isNaN(want[0]), mode !== "last");
    const state = layer.initialState(1);
    assertEquals([...layer.multiStep({}, state, xSeq)[1].dataSync()], want, mode);
    const step = layer.bind({});
    let [running, y] = step(state, partAt(xSeq, 0));
    for (const t of [1, 2]) [running, y] = step(running, partAt(xSeq, t));
    assertEquals([...y.dataSync()], want, mode);
  }
});

Deno.test("readOuts refuse a sequence without steps, by the name of the read-out", () => {
  for (const mode of ["last", "max", "maxAbs", "mean", "sum"] as const) {
    const message = `Cannot run readOuts.${mode}: the sequence is 1`;
    assertThrows(
      () => readOuts[mode](zeros([0, 2])),
      RangeError,
      "shape [0, 2], expected [T, ...]",
    );
    assertThrows(() => readOuts[mode](tensor(1)), TypeError, "shape [], expected [T, ...]");
    assertThrows(() => readOuts[mode](1 as never), TypeError, message);
  }
});
