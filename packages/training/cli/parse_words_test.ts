import { assertEquals, assertThrows } from "@std/assert";
import { parseValue, parseWords } from "./parse_words.ts";

const known = { values: ["env", "steps"], flags: ["json"], records: ["actor", "agent"] };
const parse = (...words: string[]) => parseWords("train", words, known);

Deno.test("words are plain ones, values, flags and dotted names", () => {
  const { plain, options } = parse("--", "a", "--env", "x", "--json", "--actor.std=-1", "b");
  assertEquals(plain, ["a", "b"]);
  assertEquals([...options], [["env", "x"], ["json", true], ["actor.std", "-1"]]);
  assertEquals(parse("-h").options.get("help"), true);
});

Deno.test("a list of numbers with spaces is shown with commas", () => {
  assertEquals(
    parse("--steps", "3", "--actor.hiddenSizes", "64", "32", "8").list,
    "--actor.hiddenSizes 64,32,8",
  );
  assertEquals(parse("--steps=3", "4", "x", "5").list, "--steps 3,4");
  assertEquals(parse("--env", "a", "3", "--json", "4").list, undefined);
});

Deno.test("unknown options are refused with the name that was meant", () => {
  assertThrows(() => parse("--stps", "3"), TypeError, "did you mean --steps?");
  assertThrows(() => parse("--agnt.gamma", "1"), TypeError, "did you mean --agent.gamma");
  assertThrows(() => parse("--actor", "1"), TypeError, "no option --actor");
  assertThrows(() => parse("--env"), RangeError, "--env lacks its value");
  assertThrows(() => parse("--env", "--steps", "10"), RangeError, "--env lacks its value");
  assertThrows(() => parse("--env="), RangeError, "--env lacks its value");
  assertEquals(parse("--env=--x", "--steps", "-1").options.get("env"), "--x");
  assertThrows(() => parse("--json=1"), RangeError, "--json takes no value");
});

Deno.test("values are JSON, lists of numbers, or text", () => {
  const read = (name: string, ...texts: string[]) => texts.map((text) => parseValue(name, text));
  assertEquals(read("actor.hiddenSizes", "64,64", "64", "[8]"), [[64, 64], [64], [8]]);
  assertEquals(read("agent.clipRange", "0.4"), [0.4]);
  assertEquals(read("actor.meanRange", "-2,2"), [[-2, 2]]);
  assertEquals(read("actor.x", "1e-4", "none", "true", '{"a":[1,2]}'), [1e-4, "none", true, {
    a: [1, 2],
  }]);
});
