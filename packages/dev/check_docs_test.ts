import { assertEquals } from "@std/assert";
import { checkDocs } from "./check_docs.ts";

/** The faults of a file of one doc comment with these lines. */
function faultsOf(...lines: string[]): string[] {
  const text = ["", "/**", ...lines.map((line) => ` * ${line}`), " */", "const one = 1;"];
  return checkDocs({ path: "a.ts", text: text.join("\n") });
}

Deno.test("comments in the house's form have no faults", () => {
  const faults = faultsOf(
    "Halves {@linkcode x}; `@throws` is a word here. Write to a@b.org.",
    "",
    "@typeParam T Any kind.",
    "@param x The number,",
    "  on two lines.",
    "@returns Half of it.",
    "@throws {RangeError} if `x` is odd.",
    "@throws {TypeError} If it is no number.",
    "@example",
    "```ts",
    "@decorated class A {} // @throws is code here",
    "```",
  );
  assertEquals(faults, []);
  assertEquals(checkDocs({ path: "a.ts", text: "/** One.\n *\n * @module */\n" }), []);
});

Deno.test("a tag within a line is found, with its line", () => {
  assertEquals(faultsOf("One.", "@throws {TypeError} if odd. @throws {RangeError} if even."), [
    "a.ts:4 has @throws within a line, expected it to start its own",
  ]);
  assertEquals(checkDocs({ path: "a.ts", text: "/** One. @module */" }), [
    "a.ts:1 has @module within a line, expected it to start its own",
  ]);
});

Deno.test("tags in another form are found, with the form that is expected", () => {
  for (
    const [line, expected] of [
      ["@param x - Half", "@param name Sentence"],
      ["@param {number} x Half", "@param name Sentence"],
      ["@param x", "@param name Sentence"],
      ["@returns {number} half", "@returns Sentence"],
      ["@throws if odd", "@throws {Kind} if ..."],
      ["@throws {TypeError}", "@throws {Kind} if ..."],
    ]
  ) assertEquals(faultsOf(line), [`a.ts:3 has "${line}", expected ${expected}`]);
  assertEquals(faultsOf("@return Half."), ["a.ts:3 has an unknown tag @return"]);
});

Deno.test("comments are at most 100 columns wide; code and strings are not looked at", () => {
  const long = "x".repeat(98);
  const texts = [`// ${long}`, ` * ${long}`, `f(); // ${long}`, `const s = "${long}";`];
  const faults = texts.flatMap((text) => checkDocs({ path: "a.ts", text }));
  assertEquals(
    faults,
    [101, 101, 106].map((n) => `a.ts:1 is ${n} columns wide, expected at most 100`),
  );
});

Deno.test("comments begin with a noun or a verb", () => {
  for (
    const [text, word] of [["/** What it holds. */", "What"], ["  // Gives it back.", "Gives"]]
  ) {
    assertEquals(checkDocs({ path: "a.ts", text }), [
      `a.ts:1 begins with "${word}", expected a noun or a verb`,
    ]);
  }
  assertEquals(faultsOf("Who calls it.", "", "What else."), [
    'a.ts:3 begins with "Who", expected a noun or a verb',
  ]);
  assertEquals(checkDocs({ path: "a.ts", text: "// Returns what it holds. Who knows?" }), []);
});

Deno.test("comments name a noun again", () => {
  assertEquals(checkDocs({ path: "a.ts", text: "// The name, or that of a group." }), [
    'a.ts:1 says "that of", expected the noun that it stands for',
  ]);
});
