import { assertThrows } from "@std/assert";
import { makeBudget } from "./budget.ts";
import { failReading } from "./reading.ts";

const fail = failReading("the file");

Deno.test("a budget grows with the file, and its error names the option that raises it", () => {
  const budget = makeBudget(1000, undefined, fail);
  budget.spend(2 ** 26);
  budget.spend(32_000);
  assertThrows(() => budget.spend(1), SyntaxError, "allow more with the option maxBytes");
});

Deno.test("the option maxBytes takes the place of the budget", () => {
  makeBudget(1, 2 ** 40, fail).spend(2 ** 40);
  assertThrows(() => makeBudget(1e9, 10, fail).spend(11), SyntaxError, "more than 10 bytes");
});

Deno.test("a budget lets no count pass that is not a number", () => {
  assertThrows(() => makeBudget(1, undefined, fail).spend(NaN), SyntaxError);
  assertThrows(() => makeBudget(1, undefined, fail).spend(Infinity), SyntaxError);
});
