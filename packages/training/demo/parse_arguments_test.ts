import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "./parse_arguments.ts";

Deno.test("arguments have defaults, and both forms of values are read", () => {
  assertEquals(parseArguments([]), { seed: 0, steps: 12000, out: "demo-out", help: false });
  assertEquals(parseArguments(["--seed", "3", "--steps=50", "--out=x"]), {
    seed: 3,
    steps: 50,
    out: "x",
    help: false,
  });
  assertEquals(parseArguments(["--help"]).help, true);
});

Deno.test("arguments that make no sense are refused by name", () => {
  assertThrows(() => parseArguments(["--speed"]), TypeError, "--speed");
  assertThrows(() => parseArguments(["--step=5"]), TypeError, "did you mean --steps");
  assertThrows(() => parseArguments(["--steps", "many"]), TypeError, '--steps is "many"');
  assertThrows(() => parseArguments(["--steps", " "]), TypeError, '--steps is " "');
  assertThrows(() => parseArguments(["--seed"]), RangeError, "--seed lacks its value");
  assertThrows(() => parseArguments(["--steps=0"]), RangeError, "at least 1");
  assertThrows(() => parseArguments(["--out="]), RangeError, "--out lacks its value");
});
