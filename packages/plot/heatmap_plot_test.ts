import { assert, assertEquals, assertNotMatch, assertThrows } from "@std/assert";
import { tensor } from "@spikeloop/tensor";
import { heatmapPlot } from "./mod.ts";

/** The attributes of the cells, and the number of cells with them. */
function cells(svg: string): Record<string, number> {
  const paths = [...svg.matchAll(/<path d="([^"]*)" fill="var\(--(s\d)\)" fill-opacity="(.*?)"/g)];
  return Object.fromEntries(paths.map((m) => [`${m[2]} ${m[3]}`, m[1].match(/M/g)?.length ?? 0]));
}

Deno.test("cells are as strong as their values, with a color per sign", () => {
  const want = { "s0 0.5": 1, "s1 1": 2, "s1 0.25": 1 };
  assertEquals(cells(heatmapPlot([[-2, 4, 0], [4, 1, NaN]])), want);
  assertEquals(cells(heatmapPlot(tensor([[-2, 4, 0], [4, 1, 0]]))), want);
});

Deno.test("row 0 is at the top", () => {
  const top = (values: number[][]) =>
    Number(/<path d="M[\d.]+ ([\d.]+)h[^>]*fill-opacity/.exec(heatmapPlot(values))?.[1]);
  assert(top([[1], [0]]) < top([[0], [1]]));
});

Deno.test("the legend names the largest values", () => {
  const svg = heatmapPlot([[-0.25, 0.5]]);
  for (const name of [">−0.250<", ">0<", ">0.500<"]) assert(svg.includes(name), name);
});

Deno.test("matrices of any size make a picture", () => {
  for (const values of [[], [[]], [[0]], [[NaN]], [[1e308, -1e308]], [[1e-300]]]) {
    assertNotMatch(heatmapPlot(values), /NaN|Infinity|undefined/);
  }
});

Deno.test("wrong arguments are refused by name", () => {
  assertThrows(() => heatmapPlot([[1], [1, 2]]), TypeError, "row 1 has length 2");
  assertThrows(() => heatmapPlot(tensor([1, 2])), TypeError, "[2]");
  assertThrows(() => heatmapPlot([[1]], { titel: "x" } as never), TypeError, "did you mean title");
});
