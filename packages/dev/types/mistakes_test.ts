import { assertEquals, assertGreater } from "@std/assert";
import { unexpected, wrongLines } from "./type_errors.ts";

const program = await Deno.readTextFile(new URL("./testdata/mistakes.ts", import.meta.url));

const configurations = {
  "strict": { strict: true },
  "strict and noUncheckedIndexedAccess": { strict: true, noUncheckedIndexedAccess: true },
};

for (const [title, compilerOptions] of Object.entries(configurations)) {
  Deno.test(`every mistake is a type error, and nothing else is: ${title}`, async () => {
    const wrong = await wrongLines(program, compilerOptions);
    assertGreater(wrong.size, 50);
    assertEquals(unexpected(program, wrong), []);
  });
}
