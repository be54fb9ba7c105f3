import { assertEquals, assertStringIncludes } from "@std/assert";
import { arrow, type Box, box, diagram, note, side } from "./diagram.ts";

const one: Box = { x: 10, y: 20, width: 100, title: "one", line: "the first" };

Deno.test("an arrow goes along its points, a box holds its words", () => {
  assertStringIncludes(arrow([1, 2], [3, 4], [5, 6]), 'd="M1 2L3 4L5 6"');
  assertStringIncludes(box(one), ">one</text>");
  assertStringIncludes(box(one), ">the first</text>");
  assertEquals(side.right(one), [110, 52]);
  assertEquals(side.top(one), [60, 17]);
});

Deno.test("a diagram is one SVG with a label, and colours for dark pages", () => {
  const svg = diagram("test", "A test", [200, 100], [box(one), note(5, 5, "beside")]);
  assertStringIncludes(svg, '<svg xmlns="http://www.w3.org/2000/svg" class="spikeloop-test"');
  assertStringIncludes(svg, 'aria-label="A test"');
  assertStringIncludes(svg, "prefers-color-scheme:dark");
  assertEquals(svg.match(/<svg|<\/svg>/g)?.length, 2);
});
