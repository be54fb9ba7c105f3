import { assertEquals, assertThrows } from "@std/assert";
import { checkOptions, closest, describe, describeOption } from "./mod.ts";

class Point {}

class Place {
  toString(): string {
    return "Place(here)";
  }
}

Deno.test("describe() says what something is", () => {
  const said: readonly (readonly [unknown, string])[] = [
    [undefined, "undefined"],
    [null, "null"],
    [-0.5, "-0.5"],
    [1n, "1"],
    [true, "true"],
    ['a "b"', '"a \\"b\\""'],
    [Symbol("s"), "Symbol(s)"],
    [[1], "an array"],
    [{}, "a record"],
    [Object.create(null), "a record"],
    [closest, "a function (closest)"],
    [() => 1, "a function"],
    [new Float64Array(2), "a Float64Array"],
    [new Int8Array(2), "an Int8Array"],
    [Promise.resolve(), "a Promise"],
    [new Point(), "a Point"],
    [new Place(), "Place(here)"],
  ];
  for (const [value, words] of said) assertEquals(describe(value), words);
  assertEquals(describeOption(undefined), "missing");
  assertEquals(describeOption(null), "null");
});

Deno.test("checkOptions() names what does not belong there, and what may have been meant", () => {
  const check = (options: unknown, known: readonly string[] = ["actDim", "decPopDim"]) => () =>
    checkOptions("make it", options, known);
  check({})();
  check({ decPopDim: undefined, actDim: 1 })();
  const expected = ", expected a record of actDim, decPopDim";
  for (const [wrong, said] of [[undefined, "undefined"], [8, "8"], [[8], "an array"]] as const) {
    assertThrows(check(wrong), TypeError, `its options are ${said}${expected}`);
  }
  const only = "only actDim, decPopDim";
  assertThrows(
    check({ act_dim: 1 }),
    TypeError,
    `Cannot make it: it has no option "act_dim", ${only}; did you mean actDim?`,
  );
  const error = assertThrows(check({ qq: 1 }), TypeError, `"qq", ${only}`);
  assertEquals(error.message.includes("did you mean"), false);
  assertThrows(check({ qq: 1 }, []), TypeError, '"qq", it takes none');
});

Deno.test("closest() finds names that differ by case, separators or a few letters", () => {
  const names = ["vThreshold", "vReset", "vDecay"];
  assertEquals(closest("V_THRESHOLD", names), ["vThreshold"]);
  assertEquals(closest("vRest", names), ["vReset"]);
  assertEquals(closest("surrogate", names), []);
  assertEquals(closest("", names), []);
});
