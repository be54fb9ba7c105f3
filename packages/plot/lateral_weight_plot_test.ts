import { assertEquals, assertMatch, assertNotMatch, assertThrows } from "@std/assert";
import { reshape, tensor } from "@spikeloop/tensor";
import { lateralWeightPlot } from "./mod.ts";

const cells = (svg: string) => svg.match(/h[\d.-]+v[\d.-]+h[\d.-]+z/g)?.length ?? 0;
const weight = tensor([[1, 2], [0, -1], [1, 1], [-4, 0]]);

Deno.test("lateral weights are a matrix per group, whatever their shape", () => {
  const perUnit = lateralWeightPlot({ weight: reshape(weight, [4, 1, 2]) });
  assertEquals(cells(perUnit), 6); // without those that are 0
  assertEquals(lateralWeightPlot({ weight: reshape(weight, [2, 2, 2]) }), perUnit);
  assertMatch(perUnit, /from the units of group/);
  const one = lateralWeightPlot({ weight: tensor([[1, 2], [0, -1]]) });
  assertEquals(cells(one), 3);
  assertNotMatch(one, /group/);
});

Deno.test("weights that are no matrices are refused", () => {
  const draw = (weight: unknown) => () => lateralWeightPlot({ weight } as never);
  assertThrows(draw(undefined), TypeError, "weight is missing");
  assertThrows(draw(weight), TypeError, "[4, 2], expected [D, 1, P]");
  assertThrows(draw(reshape(weight, [1, 2, 4])), TypeError, "[1, 2, 4]");
});
