import type { Assertions } from "./assertions.ts";
import { standInAssert } from "./stand_in_assert.ts";

const a: Assertions = standInAssert;

/** Fails unless `fn` throws an AssertionError whose message contains `words`. */
function refuses(fn: () => unknown, words: string): void {
  try {
    fn();
  } catch (error) {
    if (error instanceof a.AssertionError && error.message.includes(words)) return;
    throw error;
  }
  throw new Error(`Expected a failed assertion that says "${words}"`);
}

Deno.test("equality assertions pass and fail as those of @std/assert do", () => {
  a.assertEquals({ x: [1, NaN] }, { x: [1, NaN] });
  a.assertNotEquals([1], [2]);
  a.assertStrictEquals(NaN, NaN);
  a.assertNotStrictEquals({}, {});
  refuses(() => a.assertEquals([1], [2], "weights"), "Expected [ 1 ] to equal [ 2 ]: weights");
  refuses(() => a.assertNotEquals([1], [1]), "not to equal");
  refuses(() => a.assertStrictEquals(0, -0), "to be the same as");
});

Deno.test("assertAlmostEquals() is relative to 1e-7 unless told otherwise", () => {
  a.assertAlmostEquals(1e6 + 0.05, 1e6);
  a.assertAlmostEquals(1, 1.1, 0.2);
  a.assertAlmostEquals(Infinity, Infinity);
  refuses(() => a.assertAlmostEquals(1, 1.001), "within");
  refuses(() => a.assertAlmostEquals(NaN, 1), "within");
});

Deno.test("orders and truths are checked", () => {
  a.assert(1);
  a.assertFalse(0);
  a.assertExists(0);
  a.assertGreater(2, 1);
  a.assertGreaterOrEqual(2, 2);
  a.assertLess(1, 2);
  a.assertLessOrEqual(2, 2);
  refuses(() => a.assert(0, "no spikes"), "no spikes");
  refuses(() => a.assertFalse(1), "falsy");
  refuses(() => a.assertExists(null), "got null");
  refuses(() => a.assertGreater(1, 1), "Expected 1 > 1");
  refuses(() => a.assertLess(NaN, 1), "Expected NaN < 1");
});

Deno.test("texts, lists and classes are checked", () => {
  a.assertMatch("spike", /^sp/);
  a.assertNotMatch("spike", /x/);
  a.assertStringIncludes("spike", "pik");
  a.assertArrayIncludes([{ x: 1 }, 2], [{ x: 1 }]);
  a.assertInstanceOf([], Array);
  refuses(() => a.assertMatch("spike", /x/), "to match");
  refuses(() => a.assertStringIncludes("spike", "x"), "to contain");
  refuses(() => a.assertArrayIncludes([1], [2]), "to include");
  refuses(() => a.assertInstanceOf({}, Array), "to be a Array");
});

Deno.test("assertThrows() gives the error back and holds it to class and message", () => {
  const raise = () => {
    throw new RangeError("T is 0");
  };
  const error: RangeError = a.assertThrows(raise, RangeError, "T is");
  a.assertEquals(error.message, "T is 0");
  a.assertThrows(raise);
  refuses(() => a.assertThrows(() => 1), "Expected an error");
  refuses(() => a.assertThrows(raise, TypeError), "TypeError");
  refuses(() => a.assertThrows(raise, RangeError, "N is"), "N is");
});

Deno.test("assertRejects() asks for a promise that rejects", async () => {
  const error = await a.assertRejects(() => Promise.reject(new TypeError("no")), TypeError, "no");
  a.assertEquals(error.message, "no");
  const refused = [
    () => Promise.resolve(1),
    () => {
      throw new TypeError("no");
    },
  ];
  for (const fn of refused) {
    const outcome = await a.assertRejects(fn, TypeError).then(() => "passed", (e) => e);
    a.assertInstanceOf(outcome, a.AssertionError);
  }
});

Deno.test("fail() and unreachable() throw", () => {
  refuses(() => a.fail("here"), "here");
  refuses(() => a.unreachable(), "Unreachable");
});
