import { assertEquals, assertThrows } from "@std/assert";
import {
  checkOptions,
  fail,
  type Range,
  refuse,
  takeCount,
  takeFlag,
  takeFunction,
  takeList,
  takeNumber,
  takeOneOf,
  takeRecord,
  takeText,
} from "./mod.ts";

const action = "make it";

Deno.test("checkOptions() names the option that does not exist, and a close one", () => {
  const check = (options: unknown, known: readonly string[] = ["actDim", "decPopDim"]) => () =>
    checkOptions(action, options, known);
  check({})();
  check({ decPopDim: undefined, actDim: 1 })();
  const expected = ", expected a record of actDim, decPopDim";
  const wrong: readonly (readonly [unknown, string])[] = [
    [undefined, "undefined"],
    [null, "null"],
    [8, "8"],
    [[8], "an array"],
    [new Map([["actDim", 1]]), "a Map"],
    [Promise.resolve({ actDim: 1 }), "a Promise"],
  ];
  for (const [options, words] of wrong) {
    assertThrows(check(options), TypeError, `its options are ${words}${expected}`);
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

Deno.test("checkOptions() knows PyTorch's names", () => {
  for (const [name, meant] of [["lr", "learningRate"], ["eps", "epsilon"], ["dim", "axis"]]) {
    assertThrows(
      () => checkOptions(action, { [name]: 1 }, ["betas", meant]),
      TypeError,
      `; did you mean ${meant}?`,
    );
  }
  const error = assertThrows(() => checkOptions(action, { constructor: 1, lr: 2 }, ["rate"]));
  assertEquals(`${error}`.includes("did you mean"), false);
});

Deno.test("takeNumber() returns finite numbers within their range, ends as given", () => {
  const inside: readonly (readonly [number, Range])[] = [
    [-1e300, {}],
    [0, { min: 0 }],
    [1, { max: 1 }],
    [5e-324, { above: 0 }],
    [0.999, { below: 1 }],
    [-3, { integer: true }],
    [0.5, { min: 0, max: 1, float32: true }],
  ];
  for (const [value, range] of inside) {
    assertEquals(takeNumber(action, "x", value, range), value);
  }
  const outside: readonly (readonly [number, Range, string])[] = [
    [NaN, {}, "a finite number"],
    [Infinity, { min: 0 }, "a finite number of at least 0"],
    [-1, { min: 0 }, "a finite number of at least 0"],
    [0, { above: 0 }, "a finite number above 0"],
    [2, { max: 1 }, "a finite number of at most 1"],
    [1, { min: 0, below: 1 }, "a finite number of at least 0 and below 1"],
    [1, { below: 1 }, "a finite number below 1"],
    [2, { above: 0, max: 1 }, "a finite number above 0 and at most 1"],
    [0.5, { integer: true }, "an integer"],
    [2 ** 53, { integer: true, min: 1 }, "an integer of at least 1"],
    [1e-300, { above: 0, float32: true }, "a finite float32 number above 0"],
    [1e39, { float32: true }, "a finite float32 number"],
  ];
  for (const [value, range, expected] of outside) {
    assertThrows(
      () => takeNumber(action, "x", value, range),
      RangeError,
      `Cannot make it: x is ${value}, expected ${expected}`,
    );
  }
  for (const value of ["1", 1n, null, [1], undefined, { valueOf: () => 1 }]) {
    assertThrows(() => takeNumber(action, "x", value), TypeError, "expected a finite number");
  }
});

Deno.test("takeCount() returns integers from the least on", () => {
  assertEquals([takeCount(action, "n", 1), takeCount(action, "n", 0, 0)], [1, 0]);
  for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 60]) {
    const expected = `n is ${value}, expected an integer of at least 1`;
    assertThrows(() => takeCount(action, "n", value), RangeError, expected);
  }
  assertThrows(() => takeCount(action, "n", "2"), TypeError, 'n is "2", expected an integer');
  assertThrows(() => takeCount(action, "n", undefined), TypeError, "n is missing, expected");
});

Deno.test("takeFlag(), takeText(), takeFunction() and takeRecord() return their kind alone", () => {
  assertEquals([takeFlag(action, "f", false), takeText(action, "t", "a")], [false, "a"]);
  const record = { a: 1 };
  assertEquals(takeRecord(action, "r", record) === record, true);
  assertEquals(takeFunction(action, "f", takeFlag) === takeFlag, true);
  for (const value of [0, "true", null, undefined]) {
    assertThrows(() => takeFlag(action, "f", value), TypeError, "expected true or false");
  }
  for (const value of ["", 1, undefined]) {
    assertThrows(() => takeText(action, "t", value), TypeError, "expected a non-empty string");
  }
  for (const value of [[], new Map(), null, undefined, 1]) {
    assertThrows(() => takeRecord(action, "r", value), TypeError, "expected a record");
  }
  const wrong = {} as () => void;
  assertThrows(
    () => takeFunction(action, "f", wrong, "a factory"),
    TypeError,
    "Cannot make it: f is a record, expected a factory",
  );
});

Deno.test("takeOneOf() returns one of the choices, and suggests close ones", () => {
  const choices = ["last-mem", "max-mem", "fr-mlp"] as const;
  assertEquals(takeOneOf(action, "decode", "max-mem", choices), "max-mem");
  assertThrows(
    () => takeOneOf(action, "decode", "last_mem", choices),
    RangeError,
    'decode is "last_mem", expected one of last-mem, max-mem, fr-mlp; did you mean last-mem or max-mem?',
  );
  assertThrows(() => takeOneOf(action, "decode", "qq", choices), RangeError, "max-mem, fr-mlp");
  assertThrows(() => takeOneOf(action, "decode", 1, choices), TypeError, "decode is 1, expected");
});

Deno.test("takeList() checks every entry and names the wrong one", () => {
  assertEquals(takeList(action, "sizes", [3, 4], takeCount), [3, 4]);
  assertEquals(takeList(action, "sizes", [], takeCount), []);
  assertEquals(takeList(action, "range", [-1, 1], takeNumber, 2), [-1, 1]);
  assertThrows(
    () => takeList(action, "sizes", [3, 0], takeCount),
    RangeError,
    "Cannot make it: sizes[1] is 0, expected an integer of at least 1",
  );
  assertThrows(
    () => takeList(action, "range", [1], takeNumber, 2),
    TypeError,
    "range.length is 1, expected 2",
  );
  assertThrows(() => takeList(action, "s", "ab", takeCount), TypeError, "expected an array");
  assertThrows(() => takeList(action, "s", new Array(1), takeCount), TypeError, "s[0] is missing");
});

Deno.test("fail() and refuse() throw the error they are told to", () => {
  assertThrows(() => fail(action, "no"), TypeError, "Cannot make it: no");
  assertThrows(() => fail(action, "no", SyntaxError), SyntaxError, "Cannot make it: no");
  const plain = assertThrows(() => fail(action, "no"), TypeError);
  assertEquals(Object.hasOwn(plain, "cause"), false);
  const cause = new Error("why");
  assertEquals(assertThrows(() => fail(action, "no", TypeError, { cause }), Error).cause, cause);
  assertThrows(() => refuse(action, "x", undefined, "y"), TypeError, "x is missing, expected y");
  assertThrows(() => refuse(action, "x", 1, "2", RangeError), RangeError, "x is 1, expected 2");
});

Deno.test("a message is short, whatever it is about", () => {
  const long = "x".repeat(1e7);
  const calls = [
    () => fail(long, long),
    () => refuse(action, long, long, long),
    () => checkOptions(action, { [long]: 1 }, ["a"]),
    () => checkOptions(action, {}.toString, [long, long]),
    () => takeOneOf(action, "mode", long, ["a", "b"]),
  ];
  for (const call of calls) assertEquals(assertThrows(call, Error).message.length < 3000, true);
});

Deno.test("takeFunction() refuses classes, which cannot be called", () => {
  class Own {}
  assertThrows(
    () => takeFunction(action, "f", Own),
    TypeError,
    "f is a class (Own), expected a function; write () => new ...",
  );
});
