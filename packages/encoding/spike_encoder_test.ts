import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { key } from "@spikeloop/random";
import { tensor } from "@spikeloop/tensor";
import { latencyEncoder, poissonEncoder } from "./mod.ts";

Deno.test("poissonEncoder() fires at the given rates", () => {
  const spikes = poissonEncoder(key(3), tensor([0.2, 0.7]), 5000).dataSync();
  const rate = (unit: number) =>
    spikes.filter((_, i) => i % 2 === unit).reduce((a, b) => a + b, 0) / 5000;
  assertAlmostEquals(rate(0), 0.2, 0.02);
  assertAlmostEquals(rate(1), 0.7, 0.02);
});

Deno.test("latencyEncoder() fires once per number, large numbers first", () => {
  for (const mode of ["linear", "log"] as const) {
    const spikes = latencyEncoder(tensor([0, 0.3, 0.8, 1]), 6, { mode }).dataSync();
    const time = (unit: number) =>
      [...spikes].map((s, i) => s === 1 && i % 4 === unit ? i >> 2 : -1).filter((t) => t >= 0);
    assertEquals([0, 1, 2, 3].map((unit) => time(unit).length), [1, 1, 1, 1]);
    assertEquals([time(0)[0], time(3)[0]], [5, 0]);
    assertLess(time(2)[0], time(1)[0] + 1);
  }
});

Deno.test("latencyEncoder() in logarithmic mode fires when SpikingJelly's formula says", () => {
  const [steps, x] = [20, Array.from({ length: 101 }, (_, i) => i / 100)];
  const spikes = latencyEncoder(tensor(x), steps, { mode: "log" }).dataSync();
  x.forEach((value, unit) => {
    const exact = steps - 1 - Math.log((Math.exp(steps - 1) - 1) * value + 1);
    const time = x.length * steps - 1 -
      [...spikes].reverse().findIndex((s, i) =>
        s === 1 && (x.length * steps - 1 - i) % x.length === unit
      );
    assertAlmostEquals(Math.floor(time / x.length), exact, 0.500001, `x = ${value}`);
  });
});

Deno.test("latencyEncoder() takes any number of steps, and numbers beyond [0, 1] as its ends", () => {
  for (const mode of ["linear", "log"] as const) {
    const spikes = latencyEncoder(tensor([-3, 0, 1, 7, NaN]), 300, { mode }).dataSync();
    const fired = [...spikes].flatMap((s, i) => s === 1 ? [i] : []);
    assertEquals(fired, [2, 3, 299 * 5, 299 * 5 + 1]);
  }
});

Deno.test("wrong arguments are refused by name", () => {
  const x = tensor([1]);
  const wrong = (value: unknown) => value as never;
  assertThrows(() => latencyEncoder(x, 0), RangeError, "timeSteps is 0, expected an integer");
  assertThrows(() => poissonEncoder(key(0), wrong([1]), 2), TypeError, "x is an array");
  assertThrows(
    () => poissonEncoder(wrong(tensor([0.5])), wrong(2), wrong(key(0))),
    TypeError,
    "the first argument is Tensor([1], cpu), expected key(seed)",
  );
  assertThrows(
    () => latencyEncoder(x, 2, { mode: wrong("lin") }),
    RangeError,
    'Cannot run latencyEncoder: mode is "lin", expected one of linear, log',
  );
});
