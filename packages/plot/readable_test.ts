import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { rect } from "@spikeloop/surrogate";
import * as plot from "./mod.ts";
import { colors, seriesColors, softColor } from "./palette.ts";

/** The contrast of two colors as WCAG 2 defines it. */
function contrast(...colors: readonly [string, string]): number {
  const [light, dark] = colors.map((color) => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = parseInt(color.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** The background in light (1) and in dark surroundings (2). */
function paperOf(theme: 1 | 2): string {
  const row = colors.find(([name]) => name === "paper");
  return row?.[theme] ?? "";
}

Deno.test("text has a contrast of 4.5 at least, lines and marks one of 3", () => {
  for (const theme of [1, 2] as const) {
    const paper = paperOf(theme);
    for (const [i, row] of colors.slice(0, softColor + 1).entries()) {
      const least = i < seriesColors ? 3 : 4.5;
      assert(contrast(row[theme], paper) >= least, `${theme} ${row[0]}`);
    }
  }
});

Deno.test("the colors of series come first, and soft has its place", () => {
  const names = colors.map(([name]) => name);
  const series = Array.from({ length: seriesColors }, (_, i) => `s${i}`);
  assertEquals(names.filter((name) => /^s\d$/.test(name)), series);
  assertEquals(names.slice(0, seriesColors), series);
  assertEquals(names[softColor], "soft");
});

const pictures: Readonly<Record<string, (options: plot.PlotOptions) => string>> = {
  heatmapPlot: (options) => plot.heatmapPlot([[0, 1], [-1, 0]], options),
  histogramPlot: (options) => plot.histogramPlot([1, 2, 2], options),
  learningCurvePlot: (options) =>
    plot.learningCurvePlot([{ name: "a", curves: [{ x: [0, 1], y: [1, 2] }] }], options),
  linePlot: (options) => plot.linePlot([{ name: "a", y: [1, 2] }, { name: "b", y: [2] }], options),
  rasterPlot: (options) => plot.rasterPlot([[0, 1], [1, 0]], options),
  surrogatePlot: (options) => plot.surrogatePlot([rect()], options),
  tracePlot: (options) => plot.tracePlot([[0, 1], [1, 0]], { threshold: 0.5, ...options }),
};

for (const [name, draw] of Object.entries(pictures)) {
  Deno.test(`${name}() has text of 11 pixels where a phone shows it 328 pixels wide`, () => {
    for (const width of [undefined, 300, 480, 720, 1200]) {
      const svg = draw({ title: "A title", width });
      const sizes = [...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size));
      const shown = Math.min(1, 328 / (width ?? 480));
      assert(sizes.length > 0 && Math.min(...sizes) * shown >= 11, `${width}: ${sizes}`);
    }
    assertMatch(draw({ fontSize: 9 }), /font-size="9"/);
  });

  Deno.test(`${name}() has the colors of its theme`, () => {
    const auto = draw({});
    assertEquals(draw({ theme: "auto" }), auto);
    assertMatch(auto, /prefers-color-scheme:dark/);
    for (const [theme, place] of [["light", 1], ["dark", 2]] as const) {
      const svg = draw({ theme });
      assertNotMatch(svg, /<style/);
      assert(svg.includes(`--paper:${paperOf(place)}`));
    }
  });
}
