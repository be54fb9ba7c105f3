import { assertEquals, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { generator, scanCase, scanModels } from "@spikeloop/dev/testing";
import { plansOf } from "./plans.ts";

const extents = { batch: 1, groups: 1, group: 0 };
const [one, two] = [1, 2].map((steps) =>
  scanCase(scanModels[0], { ...extents, steps }, generator(1))
);

Deno.test("after a plan that failed, the plan before it is not taken for it", () => {
  const make = (_: unknown, [steps]: readonly number[]) => {
    if (steps === 2) throw new RangeError("Too large");
    return steps;
  };
  const plans = plansOf(1, make, () => []);
  const notes: unknown[] = [];
  const planFor = ({ kernel, args }: typeof one) => plans(kernel, { ...args, notes }, 0, undefined);
  assertEquals(planFor(one), 1);
  for (let i = 0; i < 2; i++) assertThrows(() => planFor(two), RangeError, "Too large");
  assertEquals(planFor(one), 1);
});

Deno.test("a call that differs from the one that was noted has a plan of its own", () => {
  const plans = plansOf(1, (_, numbers) => ({ numbers }), (_, wants: number) => [wants]);
  const { kernel, args: { x, ...args } } = one;
  const notes: unknown[] = [];
  const noted = { ...args, x, notes };
  const plan = plans(kernel, noted, 0, 5);
  const others = [
    () => plans(kernel, { ...noted, steps: 3 }, 0, 5),
    () => plans(kernel, { ...noted, batch: 2 }, 0, 5),
    () => plans(kernel, noted, 1, 5),
    () => plans(kernel, noted, 0, 6),
    () => plans({ ...kernel }, noted, 0, 5),
  ];
  for (const other of others) {
    assertStrictEquals(plans(kernel, { ...noted, x: new Float32Array(x.length) }, 0, 5), plan);
    assertNotStrictEquals(other(), plan);
  }
  assertStrictEquals(plans(kernel, { ...args, x }, 0, 5), plan);
});
