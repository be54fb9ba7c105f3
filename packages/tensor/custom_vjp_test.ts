import { assertEquals, assertThrows } from "@std/assert";
import { ones, tensor } from "./create.ts";
import { customVjp } from "./custom_vjp.ts";
import { mul, relu } from "./functions.ts";
import { grad } from "./grad.ts";
import { sum } from "./sum.ts";
import type { Tensor } from "./tensor.ts";

const cubed = (x: Tensor) => mul(x, mul(x, x));

Deno.test("customVjp() takes its pullback in place of its function's gradient", () => {
  const clipped = customVjp((x, k) => relu(mul(x, k)), (g, [x, k], y) => {
    assertEquals(y.shape, x.shape);
    return [mul(g, k), null];
  });
  const f = (p: { x: Tensor; k: Tensor }) => sum(mul(clipped(p.x, p.k), tensor([1, 10])));
  const g = grad(f)({ x: tensor([-1, 1]), k: tensor(2) });
  assertEquals([...g.x.dataSync()], [2, 20]);
  assertEquals(g.k.item(), 0);
  assertEquals([...clipped(tensor([-1, 1]), tensor(2)).dataSync()], [0, 2]);
});

Deno.test("the pullback of customVjp() is differentiated where gradients nest", () => {
  const cube = customVjp((x) => cubed(x), (g, [x]) => [mul(g, mul(3, mul(x, x)))]);
  assertEquals(grad(grad(cube))(tensor(2)).item(), 12);
});

Deno.test("a pullback that does not fit is refused", () => {
  const wrong = (cotangents: readonly (Tensor | null)[]) =>
    grad((x: Tensor) => sum(customVjp((x) => x, () => cotangents)(x)));
  assertThrows(() => wrong([])(ones([2])), TypeError, "an array of length 0, expected one of 1");
  assertThrows(() => wrong([ones([3])])(ones([2])), TypeError, "shape [3], its argument [2]");
  const none = undefined as unknown as null;
  assertThrows(() => wrong([none])(ones([2])), TypeError, "cotangent 0 is undefined, expected");
  const number = 3 as unknown as Tensor;
  assertThrows(() => wrong([number])(ones([2])), TypeError, "cotangent 0 is 3, expected");
  assertThrows(() => wrong(number as unknown as [])(ones([2])), TypeError, "returned 3");
  const identity = customVjp((x) => x, (g) => [g]);
  assertThrows(() => identity([1] as unknown as Tensor), TypeError, "argument 0 is an array");
  assertThrows(() => customVjp(() => number, () => [])(), TypeError, "its result is 3");
});
