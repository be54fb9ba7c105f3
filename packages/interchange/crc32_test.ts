import { crc32 as expected } from "node:zlib";
import { assertEquals } from "@std/assert";
import { crc32 } from "./crc32.ts";

Deno.test("crc32() equals zlib's, for every length and place in a buffer", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  const bytes = Uint8Array.from({ length: 300 }, (_, i) => i * i * 7 + i % 11);
  for (let start = 0; start < 9; start++) {
    for (let end = start; end <= bytes.length; end++) {
      const part = bytes.subarray(start, end);
      assertEquals(crc32(part), expected(part));
    }
  }
});
