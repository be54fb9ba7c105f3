import { assertEquals, assertThrows } from "@std/assert";
import { decodeNumbers, dtypes } from "./dtypes.ts";

const fail = (problem: string): never => {
  throw new SyntaxError(problem);
};

Deno.test("decodeNumbers() takes the widest numbers of every type that float32 holds", () => {
  for (const name of ["I8", "U8", "I16", "U16"]) {
    const { bytes } = dtypes[name];
    const [low, high] = name.startsWith("U")
      ? [0, 2 ** (8 * bytes) - 1]
      : [-(2 ** (8 * bytes - 1)), 2 ** (8 * bytes - 1) - 1];
    const pattern = name.startsWith("U") ? [0, 255] : [128, 127];
    const [first, last] = pattern.map((top, i) => [
      ...Array<number>(bytes - 1).fill(i === 0 ? 0 : 255),
      top,
    ]);
    assertEquals([...decodeNumbers(Uint8Array.from([...first, ...last]), name, fail)], [low, high]);
  }
});

Deno.test("decodeNumbers() reads bytes at any offset of a buffer", () => {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setFloat32(1, 1.5, true);
  new DataView(bytes.buffer).setFloat32(5, -2, true);
  assertEquals([...decodeNumbers(bytes.subarray(1), "F32", fail)], [1.5, -2]);
});

Deno.test("decodeNumbers() refuses an integer that float32 would round, and shows it", () => {
  const bytes = new Uint8Array(BigInt64Array.of(2n ** 53n + 1n).buffer);
  assertThrows(() => decodeNumbers(bytes, "I64", fail), SyntaxError, "9007199254740993, which");
});
