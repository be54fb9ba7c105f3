import { assertEquals } from "@std/assert";
import { lateralCurrent, lateralPullback } from "./lateral.ts";

const extents = { batch: 2, units: 4, group: 2, binary: true };
const weight = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8); // [4, 1, 2]
const bias = Float32Array.of(0.5, 0, 0, -1);

Deno.test("every unit receives its bias and the weighted outputs of its group", () => {
  const out = Float32Array.of(1, 0, 1, 1, 0, 0, 0, 1);
  assertEquals([...lateralCurrent(out, weight, bias, extents)], [1.5, 3, 11, 14, 0.5, 0, 6, 7]);
});

Deno.test("outputs that are 0 hide weights that are not finite, where outputs are binary", () => {
  const silent = new Float32Array(8);
  const infinite = weight.map((w, i) => i === 0 ? Infinity : w);
  assertEquals([...lateralCurrent(silent, infinite, bias, extents)].slice(0, 4), [0.5, 0, 0, -1]);
  const dense = lateralCurrent(silent, infinite, bias, { ...extents, binary: false });
  assertEquals(dense[0], NaN);
});

Deno.test("the cotangent of an output is the weighted sum over the units that receive it", () => {
  const g = Float32Array.of(1, 10, 1, 0, 0, 0, 0, 1);
  assertEquals([...lateralPullback(g, weight, extents)], [31, 42, 5, 6, 0, 0, 7, 8]);
});
