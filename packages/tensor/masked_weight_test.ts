import { assertEquals, assertThrows } from "@std/assert";
import { evaluateMap, evaluator } from "@spikeloop/backend/evaluator";
import { assertSameBits } from "@spikeloop/dev/testing";
import { grad, maskedWeight, mul, ones, sum, type Tensor, tensor } from "./mod.ts";

const weights = [-2, 3, -0.5, 0.25, NaN, Infinity];

Deno.test("masked weights are zero, signed ones take the sign of their factor", () => {
  const factor = tensor([1, 0, 1, 1, 0, 0]);
  const numbers = (isSigned: boolean, by = factor) => [
    ...maskedWeight(tensor(weights), by, isSigned).dataSync(),
  ];
  assertEquals(numbers(false), [-2, 0, -0.5, 0.25, 0, 0]);
  assertEquals(numbers(true), [2, 0, 0.5, 0.25, 0, 0]);
  assertEquals(numbers(true, tensor([-1, 1, 1, -1, 1, -1])), [-2, 3, 0.5, -0.25, NaN, -Infinity]);
});

Deno.test("gradients flow to the weights that are not masked, at any order", () => {
  const factor = tensor([1, 0, -1, -1]);
  const g = tensor([3, 5, 7, 11]);
  const weight = tensor([-2, NaN, -0.5, 0]);
  const gradient = (isSigned: boolean) =>
    grad((w: Tensor) => sum(mul(maskedWeight(w, factor, isSigned), g)))(weight).dataSync();
  assertEquals([...gradient(false)], [3, 0, -7, -11]);
  assertEquals([...gradient(true)], [-3, 0, 7, 0]);
  const square = (w: Tensor) =>
    sum(mul(maskedWeight(w, factor, true), maskedWeight(w, factor, true)));
  const second = grad((w: Tensor) => sum(mul(grad(square)(w), g)))(tensor([1, 1, 2, -3]));
  assertEquals([...second.dataSync()], [6, 0, 14, 22]);
});

Deno.test("a backend with elementwise kernels computes the same", () => {
  const [numbers, factors] = [[...weights, 0, -0], [1, 0, -1, -1, 0, 1, -1, 1]];
  const device = { ...evaluator, map: evaluateMap };
  for (const isSigned of [false, true]) {
    const on = (options?: { backend: typeof device }) =>
      maskedWeight(
        tensor(numbers, undefined, options),
        tensor(factors, undefined, options),
        isSigned,
      );
    const what = isSigned ? "signed" : "masked";
    assertSameBits(on({ backend: device }).storage, on().storage, what);
  }
});

Deno.test("weights and factors of different shapes are refused", () => {
  assertThrows(
    () => maskedWeight(ones([2]), ones([3]), false),
    TypeError,
    "the weight and the factor have shapes [2] and [3], expected the same",
  );
});
