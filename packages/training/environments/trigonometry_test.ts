import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { sineCosine } from "./trigonometry.ts";

Deno.test("sine and cosine are within 2e-16 of the engine's, over many turns", () => {
  let worst = 0;
  for (let i = -40000; i <= 40000; i++) {
    const angle = i * 0.0123456789;
    const [sine, cosine] = sineCosine(angle);
    worst = Math.max(
      worst,
      Math.abs(sine - Math.sin(angle)),
      Math.abs(cosine - Math.cos(angle)),
    );
  }
  assertLess(worst, 2e-16);
});

Deno.test("sine and cosine have these bits, in every engine", () => {
  const hash = (bytes: Uint8Array) => bytes.reduce((h, b) => Math.imul(h ^ b, 16777619) >>> 0, 1);
  const values = Float64Array.from(
    { length: 2000 },
    (_, i) => sineCosine((i >> 1) * 0.37 - 150)[i & 1],
  );
  assertEquals(hash(new Uint8Array(values.buffer)), 1374737216);
});

Deno.test("quarter turns are quarter turns, and angles beyond reason are refused", () => {
  assertEquals(sineCosine(0), [0, 1]);
  const [sine, cosine] = sineCosine(Math.PI / 2);
  assertEquals([sine, Math.abs(cosine) < 1e-16], [1, true]);
  assertThrows(() => sineCosine(1e9), RangeError, "1000000000");
  assertThrows(() => sineCosine(NaN), RangeError, "NaN");
});
