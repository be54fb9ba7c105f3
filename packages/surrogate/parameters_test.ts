import { assertEquals, assertThrows } from "@std/assert";
import {
  atan,
  leakyKReLU,
  multiLevelSpikeCount,
  piecewiseLeakyReLU,
  qPseudoSpike,
  rect,
  s2nn,
  squarewaveFourierSeries,
  straightThrough,
} from "./mod.ts";

type Wrong = readonly [
  make: () => unknown,
  kind: typeof TypeError | typeof RangeError,
  message: string,
];

function assertRefused(cases: readonly Wrong[]): void {
  for (const [make, kind, message] of cases) assertThrows(make, kind, message);
}

Deno.test("a factory fills in defaults, also for undefined", () => {
  assertEquals(atan().params, { alpha: 2 });
  assertEquals(piecewiseLeakyReLU({ w: 3, c: undefined }).params, { w: 3, c: 0.01 });
  assertEquals(leakyKReLU({}).params, { leak: 0, k: 1 });
  assertEquals(straightThrough().params, {});
});

Deno.test("a parameter out of range is refused with its value and range", () => {
  assertRefused([
    [() => rect({ alpha: 0 }), RangeError, "alpha is 0, expected a finite float32 number above 0"],
    [() => rect({ alpha: -1 }), RangeError, 'Cannot make surrogate "rect": alpha is -1'],
    [() => rect({ alpha: NaN }), RangeError, "alpha is NaN"],
    [() => rect({ alpha: Infinity }), RangeError, "alpha is Infinity"],
    [() => rect({ alpha: 1e39 }), RangeError, "alpha is 1e+39"],
    [() => rect({ alpha: 1e-50 }), RangeError, "alpha is 1e-50"],
    [
      () => qPseudoSpike({ alpha: 1 }),
      RangeError,
      "alpha is 1, expected a finite float32 number above 1",
    ],
    [
      () => s2nn({ beta: -1 }),
      RangeError,
      "beta is -1, expected a finite float32 number of at least 0",
    ],
    [() => piecewiseLeakyReLU({ w: 0 }), RangeError, "w is 0"],
    [
      () => piecewiseLeakyReLU({ c: NaN }),
      RangeError,
      "c is NaN, expected a finite float32 number",
    ],
    [
      () => squarewaveFourierSeries({ n: 2.5 }),
      RangeError,
      "n is 2.5, expected an integer of at least 1 and at most 1024",
    ],
    [() => squarewaveFourierSeries({ n: 0 }), RangeError, "n is 0"],
    [() => squarewaveFourierSeries({ tPeriod: 0 }), RangeError, "tPeriod is 0"],
    [() => multiLevelSpikeCount({ maxSpikeCount: 0 }), RangeError, "maxSpikeCount is 0"],
    [
      () => multiLevelSpikeCount({ maxSpikeCount: 2.5 }),
      RangeError,
      "expected an integer of at least 1",
    ],
    [
      () => multiLevelSpikeCount({ maxSpikeCount: 2, gradWindow: [1, 0] }),
      RangeError,
      "gradWindow is [1, 0], expected lowest <= highest",
    ],
    [
      () => multiLevelSpikeCount({ maxSpikeCount: 2, gradWindow: [NaN, 1] }),
      RangeError,
      "gradWindow[0] is NaN",
    ],
  ]);
});

Deno.test("a parameter of the wrong kind, or an unknown one, is refused in words that a newcomer understands", () => {
  const wrong = (value: unknown) => value as never;
  assertRefused([
    [() => rect(wrong({ alpha: "2" })), TypeError, 'alpha is "2", expected a finite'],
    [() => rect(wrong({ alpha: null })), TypeError, "alpha is null, expected a finite"],
    [() => rect(wrong({ alpha: true })), TypeError, "alpha is true"],
    [() => rect(wrong(2)), TypeError, "its parameters are 2, expected a record of alpha, spiking"],
    [() => rect(wrong(2)), TypeError, "as in rect({ alpha: 2 })"],
    [() => rect(wrong(null)), TypeError, "its parameters are null, expected a record"],
    [() => rect(wrong([2])), TypeError, "its parameters are an array, expected a record"],
    [() => rect(wrong({ aplha: 2 })), TypeError, 'it has no parameter "aplha"'],
    [() => rect(wrong({ aplha: 2 })), TypeError, "did you mean alpha?"],
    [() => squarewaveFourierSeries(wrong({ T_period: 2 })), TypeError, "did you mean tPeriod?"],
    [
      () => straightThrough(wrong({ alpha: 2 })),
      TypeError,
      'no parameter "alpha", only spiking',
    ],
    [() => rect(wrong({ spiking: 0 })), TypeError, "spiking is 0, expected true or false"],
    [() => multiLevelSpikeCount(wrong(undefined)), TypeError, "maxSpikeCount is missing"],
    [
      () => multiLevelSpikeCount(wrong({})),
      TypeError,
      "maxSpikeCount is missing, expected an integer",
    ],
    [
      () => multiLevelSpikeCount(wrong(4)),
      TypeError,
      "as in multiLevelSpikeCount({ maxSpikeCount: 2 })",
    ],
    [
      () => multiLevelSpikeCount(wrong({ maxSpikeCount: true })),
      TypeError,
      "maxSpikeCount is true",
    ],
    [
      () => multiLevelSpikeCount(wrong({ maxSpikeCount: 2, gradWindow: 3 })),
      TypeError,
      "gradWindow is 3, expected an array",
    ],
    [
      () => multiLevelSpikeCount({ maxSpikeCount: 2, gradWindow: [0, 2], gradMin: 0 }),
      TypeError,
      "got gradWindow beside gradMin or gradMax",
    ],
  ]);
});
