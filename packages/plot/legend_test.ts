import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { linePlot } from "./mod.ts";

Deno.test("a legend is shown if there are several series", () => {
  assertNotMatch(linePlot([{ name: "alone", y: [1, 2] }]), /alone/);
  assertMatch(linePlot([{ name: "one", y: [1, 2] }, { name: "two", y: [1, 2] }]), /one.*two/s);
});

Deno.test("a legend takes as many rows as it needs, and a long title is cut", () => {
  const series = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `series number ${i}`, y: [1, 2] }));
  const heights = (svg: string) =>
    new Set(
      Array.from(svg.matchAll(/<path d="M[\d.]+ ([\d.]+)h[\d.]+" stroke="var\(--s/g), ([, y]) => y),
    ).size;
  assertEquals([3, 12].map((n) => heights(linePlot(series(n), { width: 500 }))), [2, 6]);
  assertMatch(linePlot([], { title: "word ".repeat(50) }), /word [^<]*…<\/text>/);
});
