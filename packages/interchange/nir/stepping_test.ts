import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { checkStepping, decayOf, type NirStepping, tauOf } from "./stepping.ts";

Deno.test("tauOf() inverts decayOf(), by Euler and exactly", () => {
  for (const method of ["euler", "exact"] as const) {
    for (const tau of [0.002, 0.02, 3]) {
      const stepping = { dt: 0.001, method };
      assertAlmostEquals(tauOf(decayOf(tau, "tau", stepping), "decay", stepping), tau, 1e-6);
    }
  }
  assertEquals(decayOf(0.5, "tau", { dt: 0.125 }), 0.75);
  assertAlmostEquals(decayOf(0.5, "tau", { dt: 0.125, method: "exact" }), Math.exp(-0.25), 1e-15);
});

Deno.test("a decay of 0 has a time constant by Euler only", () => {
  assertEquals(tauOf(0, "vDecay", { dt: 0.25 }), 0.25);
  assertThrows(() => tauOf(0, "vDecay", { dt: 1, method: "exact" }), RangeError, "vDecay is 0");
  assertThrows(() => tauOf(1, "vDecay", { dt: 1 }), RangeError, "vDecay is 1");
  assertThrows(() => decayOf(0.5, "tau", { dt: 1 }), RangeError, 'method "exact"');
});

Deno.test("checkStepping() names a wrong option, and suggests close names", () => {
  checkStepping({ dt: 1, method: undefined });
  assertThrows(() => checkStepping({ dt: -1 }), RangeError, "dt is -1");
  const careless = (options: object) => () => checkStepping(options as NirStepping);
  assertThrows(careless({ dt: 1, methods: "exact" }), TypeError, "did you mean method?");
  assertThrows(careless({ dt: 1, method: "Exact" }), RangeError, "did you mean exact?");
});
