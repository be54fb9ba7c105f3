/**
 * Draws the pictures of docs/images: `deno task pictures`.
 *
 * @module
 */
import { ilc } from "@spikeloop/functional";
import { cubaLif } from "@spikeloop/neuron";
import { rasterPlot, surrogatePlot, tracePlot } from "@spikeloop/plot";
import { key, normal } from "@spikeloop/random";
import { atan, rect, sigmoid, superSpike, triangle } from "@spikeloop/surrogate";
import { add, mul, reshape } from "@spikeloop/tensor";
import { architectureDiagram } from "./architecture_diagram.ts";
import { stepDiagram } from "./step_diagram.ts";
import { swingUpPicture } from "./swing_up_picture.ts";

function population(): Record<string, string> {
  const [T, groups, units] = [60, 2, 4];
  const wired = ilc(cubaLif, { actDim: groups, decPopDim: units });
  const { weight, bias } = wired.init(key(1));
  const params = { weight: mul(weight, 0.4), bias: mul(bias, 0.1) };
  const input = add(mul(normal(key(2), [T, 1, groups * units]), 0.08), 0.07);
  const course = wired.trace(params, wired.initialState(1), input);
  const [spikes, membranes] = [course.spikes, course.trace.v].map((x) =>
    reshape(x, [T, groups * units])
  );
  return {
    raster: rasterPlot(spikes, { title: "Spikes of one population", height: 220 }),
    membranes: tracePlot(membranes, {
      title: "Membranes of the same units",
      yLabel: "unit",
      threshold: 0.5,
      spikes,
      height: 460,
    }),
  };
}

const surrogates = [rect(), triangle(), atan(), sigmoid(), superSpike()];

/** Every picture by its name. */
export function pictures(): Record<string, string> {
  return {
    ...population(),
    surrogates: surrogatePlot(surrogates, {
      title: "What stands in for a derivative",
    }),
    primitives: surrogatePlot(surrogates.slice(0, 4).filter((s) => s.primitive !== undefined), {
      show: "primitive",
      title: "The smooth functions behind them",
    }),
    architecture: architectureDiagram(),
    step: stepDiagram(),
    swing_up: swingUpPicture(),
  };
}

if (import.meta.main) {
  const folder = new URL("../../docs/images/", import.meta.url);
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, svg] of Object.entries(pictures())) {
    await Deno.writeTextFile(new URL(`${name}.svg`, folder), `${svg}\n`);
    console.log(`docs/images/${name}.svg`);
  }
}
