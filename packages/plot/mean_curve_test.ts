import { assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { learningCurvePlot, meanCurve } from "./mod.ts";

const curves = [
  { x: [0, 10, 20], y: [1, 2, 9] },
  { x: [0, 10], y: [3, 2] },
  { x: [5, 10, 0], y: [7, 5, 5] },
];

Deno.test("curves are joined where all seeds have values, with the spread that is asked for", () => {
  assertEquals(meanCurve(curves), { x: [0, 10], y: [3, 3], band: [[1, 2], [5, 5]] });
  const { band: [low, high] } = meanCurve(curves, { spread: "deviation" });
  assertAlmostEquals(low[0], 3 - 2, 1e-12); // deviations -2, 0, 2: variance 8 / (3 - 1)
  assertAlmostEquals(high[1], 3 + Math.sqrt(3), 1e-12);
  const own = meanCurve(curves, { spread: (values) => [values[0], values.length] });
  assertEquals(own.band, [[1, 2], [3, 3]]);
  assertEquals(meanCurve([]), { x: [], y: [], band: [[], []] });
});

Deno.test("learning curves have a line and a shaded area each, and a legend if there are several", () => {
  const svg = learningCurvePlot([{ name: "one", curves }, { name: "two", curves }]);
  assertEquals(svg.match(/<polygon/g)?.length, 2);
  assertMatch(svg, />one<.*>two</s);
});

Deno.test("wrong curves are refused by name", () => {
  const wrong = (value: unknown) => value as never;
  assertThrows(() => meanCurve([{ x: [1], y: [] }]), TypeError, "curve 0 has an x of length 1");
  assertThrows(() => meanCurve(curves, { spread: wrong("all") }), RangeError, 'spread is "all"');
  assertThrows(() => meanCurve(curves, { spread: wrong(() => 1) }), TypeError, "no pair");
  assertThrows(() => learningCurvePlot([wrong({ curves })]), TypeError, "run 0");
});
