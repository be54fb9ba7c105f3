import { tensor } from "@spikeloop/tensor";
import { assertEquals } from "@std/assert";
import { format, isSvg } from "./format.ts";

Deno.test("format() writes values as a console does", () => {
  const cases: [unknown, string][] = [
    ["text", "text"],
    [["text", 1, null, undefined], '["text", 1, null, undefined]'],
    [{ a: 1, b: { c: [true] } }, "{ a: 1, b: { c: [true] } }"],
    [{}, "{}"],
    [new Map([["a", 1]]), 'Map [["a", 1]]'],
    [new Float32Array([0.1, 2]), "Float32Array [0.1, 2]"],
    [new RangeError("too far"), "RangeError: too far"],
    [Math.max, "[Function max]"],
    [{ a: { b: { c: { d: 1 } } } }, "{ a: { b: { c: {…} } } }"],
  ];
  for (const [value, text] of cases) assertEquals(format(value), text);
});

Deno.test("format() writes the shape and the first numbers of a tensor", () => {
  assertEquals(format(tensor([[0.1, 2]])), "Tensor [1, 2] [0.1, 2]");
  const { length } = format(tensor(new Array(1000).fill(0))).split(", 0");
  assertEquals(length, 24);
  const onGpu = {
    shape: [2],
    dataSync: () => {
      throw new Error();
    },
  };
  assertEquals(format(onGpu), "Tensor [2] on a GPU: await its data()");
});

Deno.test("isSvg() tells pictures from other texts", () => {
  assertEquals(["<svg>", " <svg width='1'>", "svg", "<svgs>", 1].map(isSvg), [
    true,
    true,
    false,
    false,
    false,
  ]);
});
