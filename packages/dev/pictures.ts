/**
 * Draws the pictures of docs/images, so that none of them is made by hand: `deno task pictures`.
 *
 * @module
 */
import { ilc } from "@spikeloop/functional";
import { cubaLif } from "@spikeloop/neuron";
import { rasterPlot, surrogatePlot, tracePlot } from "@spikeloop/plot";
import { key, normal } from "@spikeloop/random";
import { atan, rect, sigmoid, superSpike, triangle } from "@spikeloop/surrogate";
import { add, mul, reshape } from "@spikeloop/tensor";
import { stepDiagram } from "./step_diagram.ts";

function population(): Record<string, string> {
  const [T, units] = [60, 10];
  const group = ilc(cubaLif, { actDim: 1, decPopDim: units });
  const input = add(mul(normal(key(2), [T, 1, units]), 0.35), 0.12);
  const { spikes, trace } = group.trace(group.init(key(1)), group.initialState(1), input);
  return {
    raster: rasterPlot(reshape(spikes, [T, units]), {
      title: "Spikes of one population",
      height: 240,
    }),
    membranes: tracePlot(reshape(trace.v, [T, units]), {
      title: "Membranes of the same units",
      yLabel: "unit",
      threshold: 0.5,
      height: 420,
    }),
  };
}

const surrogates = [rect(), triangle(), atan(), sigmoid(), superSpike()];

/** Every picture by its name. */
export function pictures(): Record<string, string> {
  return {
    ...population(),
    surrogates: surrogatePlot(surrogates, {
      title: "What stands in for the derivative of a spike",
    }),
    primitives: surrogatePlot(surrogates.slice(0, 4).filter((s) => s.primitive !== undefined), {
      show: "primitive",
      title: "The smooth functions behind them",
    }),
    step: stepDiagram(),
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
