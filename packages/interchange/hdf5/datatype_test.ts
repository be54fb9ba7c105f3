import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeBudget } from "../budget.ts";
import { readDatatype } from "./datatype.ts";
import { makeSource } from "./source.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(`It ${problem}`);
};

/** The type of a message with this class, flags, size and properties. */
function typeOf(kind: number, flags: number, size: number, ...properties: number[]) {
  const message = Uint8Array.of(0x10 | kind, flags, 0, 0, size, 0, 0, 0, ...properties);
  return readDatatype(makeSource(message, fail, makeBudget(1, undefined, fail)), 0);
}

/** The properties of a float with so many bits of exponent and fraction. */
const float = (exponent: number, fraction: number) => [0, 0, 0, 0, 0, exponent, 0, fraction];

Deno.test("readDatatype() knows little-endian integers, floats and texts", () => {
  assertEquals(typeOf(0, 8, 4), { kind: "number", bytes: 4, dtype: "I32" });
  assertEquals(typeOf(0, 0, 8), { kind: "number", bytes: 8, dtype: "U64" });
  assertEquals(typeOf(1, 0, 8, ...float(11, 52)), { kind: "number", bytes: 8, dtype: "F64" });
  assertEquals(typeOf(1, 0, 2, ...float(5, 10)), { kind: "number", bytes: 2, dtype: "F16" });
  assertEquals(typeOf(1, 0, 2, ...float(8, 7)), { kind: "number", bytes: 2, dtype: "BF16" });
  assertEquals(typeOf(3, 0, 5), { kind: "text", bytes: 5 });
  assertEquals(typeOf(9, 1, 16), { kind: "heap text", bytes: 16 });
});

Deno.test("readDatatype() reads an enumeration as its integers", () => {
  const integer = [0x10, 8, 0, 0, 1, 0, 0, 0];
  assertEquals(typeOf(8, 0, 1, ...integer), { kind: "number", bytes: 1, dtype: "I8" });
});

Deno.test("readDatatype() names the types that are not read", () => {
  const expectProblem = (problem: string, ...message: [number, number, number, ...number[]]) => {
    const type = typeOf(...message);
    if (type.kind !== "other") throw new Error(`It is read as ${type.kind}`);
    assertStringIncludes(type.problem, problem);
  };
  expectProblem("holds big-endian numbers of 4 bytes", 0, 1, 4);
  expectProblem("holds integers of 3 bytes", 0, 0, 3);
  expectProblem("holds floats of 4 bytes", 1, 0, 4, ...float(5, 10));
  expectProblem("holds records (class 6) of 8 bytes", 6, 0, 8);
  expectProblem("holds an enumeration of enumerations", 8, 0, 1, 0x18, 0, 0, 0, 1, 0, 0, 0);
});
