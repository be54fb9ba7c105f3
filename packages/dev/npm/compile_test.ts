import { assertEquals } from "@std/assert";
import { withoutTwins } from "./compile.ts";

const method = "    /** Text. */\n    [Symbol.toPrimitive](hint: string): string;\n";
const property = "    /** Text. */\n    [Symbol.toPrimitive]: (hint: string) => string;\n";

Deno.test("a method that is declared as a property too is declared once", () => {
  const text = (members: string) => `export declare class A {\n${members}}\n`;
  assertEquals(withoutTwins(text(property + method)), text(method));
  assertEquals(withoutTwins(text(property)), text(property));
});
