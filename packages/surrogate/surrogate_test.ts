import { assertStrictEquals, assertThrows } from "@std/assert";
import { abs, add, div, input, mul } from "@spikeloop/expr";
import { asSurrogate, fire, firesBinary, needsNoise, rect, type Surrogate } from "./mod.ts";

const u = input("u");
const noise = input("noise");

const mine: Surrogate = {
  name: "mine",
  params: { beta: 2 },
  slope: (u) => div(1, add(1, mul(2, abs(u)))),
};

Deno.test("asSurrogate() returns a surrogate as it is", () => {
  const built = rect();
  assertStrictEquals(asSurrogate(built), built);
  assertStrictEquals(asSurrogate(mine), mine);
});

Deno.test("other values are refused with the missing part", () => {
  const wrong: readonly [unknown, string][] = [
    [rect, "call the factory to make one, as in rect()"],
    ["rect", 'make one, as in surrogate("rect")'],
    [undefined, "Cannot use undefined as a surrogate: expected rect(), or a record"],
    [null, "Cannot use null as a surrogate"],
    [{ params: {}, slope: mine.slope }, "name is missing, expected a non-empty string"],
    [{ name: "mine", params: {} }, 'surrogate "mine": slope is missing, expected a function'],
    [{ name: "mine", params: {}, slope: 1 }, "slope is 1, expected a function"],
    [{ name: "mine", slope: mine.slope }, "params is missing, expected a record of numbers"],
    [{ ...mine, primitive: 1 }, "primitive is 1, expected a function"],
    [{ ...mine, spiking: "no" }, 'spiking is "no", expected true or false'],
    [{ ...mine, fires: 2 }, "fires is 2, expected one of binary, count, bernoulli"],
    [{ ...mine, fires: "count" }, 'it fires "count" but has no forward(u, noise)'],
    [{ ...mine, spiking: false }, "it has no primitive for the forward pass"],
  ];
  for (const [value, message] of wrong) {
    assertThrows(() => asSurrogate(value), TypeError, message);
    assertThrows(() => fire(value as Surrogate, u, noise), TypeError, message);
    assertThrows(() => firesBinary(value as Surrogate), TypeError, message);
    assertThrows(() => needsNoise(value as Surrogate), TypeError, message);
  }
  const misspelt = { ...mine, fires: "bernouli" };
  const message = 'fires is "bernouli", expected one of binary, count, bernoulli; did you mean';
  assertThrows(() => asSurrogate(misspelt), RangeError, message);
});
