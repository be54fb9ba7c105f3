import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { grad, ones, type Tensor, tensor } from "@spikeloop/tensor";
import { crossEntropy, meanSquaredError, rateBounds, spikeRateLoss } from "./mod.ts";

/** Two rows of two steps, the second of which has one step only. */
const padded = (padding: number) => tensor([[[1, 2], [3, 1]], [[2, 0], [padding, padding]]]);
const lengths = [2, 1];

Deno.test("padding may hold anything: neither loss nor gradient sees it", () => {
  const losses: readonly ((x: Tensor) => Tensor)[] = [
    (x) => crossEntropy(x, [[0, 1], [1, -1]], { lengths }),
    (x) => crossEntropy(x, padded(0.5), { lengths }),
    (x) => meanSquaredError(x, padded(NaN), { lengths }),
    (x) => meanSquaredError(x, 1, { lengths }),
    (x) => spikeRateLoss(x, 0.25, { lengths }),
    (x) => rateBounds(x, { upper: 1, lengths }),
  ];
  for (const loss of losses) {
    const expected = loss(padded(0)).item();
    for (const padding of [7, NaN, Infinity]) {
      assertEquals(loss(padded(padding)).item(), expected);
      const slope = [...grad(loss)(padded(padding)).dataSync()];
      assertEquals(slope.slice(6), [0, 0]);
      assertEquals(slope, [...grad(loss)(padded(0)).dataSync()]);
    }
  }
});

Deno.test("sequences of one length need no lengths", () => {
  const full = padded(3);
  assertAlmostEquals(
    meanSquaredError(full, 1, { lengths: Uint8Array.of(2, 2) }).item(),
    meanSquaredError(full, 1).item(),
    1e-7,
  );
});

Deno.test("lengths that do not fit are refused", () => {
  const x = ones([3, 2, 4]);
  const run = (lengths: unknown, y = x) => () => meanSquaredError(y, 0, { lengths } as never);
  assertThrows(run([1, 4]), RangeError, "a length is 4, expected an integer from 1 to 3");
  assertThrows(run([0, 1]), RangeError, "a length is 0");
  assertThrows(run([1]), TypeError, "lengths have shape [1], expected [N] = [2]");
  assertThrows(run([1], ones([3])), TypeError, "expected [T, N, ...]");
  assertThrows(run("1"), TypeError, "lengths");
  assertThrows(run(2), TypeError, "lengths is 2, expected a tensor or an array");
  assertThrows(() => meanSquaredError(x, 0, { length: [1] } as never), TypeError, "lengths?");
});

Deno.test("rateBounds() takes bounds in order", () => {
  const spikes = ones([2, 1, 3]);
  assertEquals(rateBounds(spikes, { lower: 0.5 }).item(), 0);
  assertEquals(rateBounds(spikes, { upper: 0.5 }).item(), 0.25);
  assertThrows(() => rateBounds(spikes, { lower: 0.5, upper: 0.4 }), RangeError, "lower is 0.5");
  assertThrows(() => rateBounds(spikes, { lower: -1 }), RangeError, "lower is -1");
});
