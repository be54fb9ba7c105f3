import { assertEquals, assertThrows } from "@std/assert";
import { generator, scanCase, scanModels } from "@spikeloop/dev/testing";
import { noUses, plansOf } from "./plans.ts";

Deno.test("after a plan that failed, the plan before it is not taken for it", () => {
  const extents = { batch: 1, groups: 1, group: 0 };
  const [one, two] = [1, 2].map((steps) =>
    scanCase(scanModels[0], { ...extents, steps }, generator(1))
  );
  const plans = plansOf((_, [steps]) => {
    if (steps === 2) throw new RangeError("Too large");
    return steps;
  });
  assertEquals(plans(one.kernel, one.args, 0, noUses), 1);
  for (let i = 0; i < 2; i++) {
    assertThrows(() => plans(two.kernel, two.args, 0, noUses), RangeError, "Too large");
  }
  assertEquals(plans(one.kernel, one.args, 0, noUses), 1);
});
