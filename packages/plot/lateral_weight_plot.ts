import { fail, isRecord, refuse } from "@spikeloop/errors";
import type { Tensor } from "@spikeloop/tensor";
import { checkPlotOptions, numberNames, type PlotOptions } from "./frame.ts";
import { drawHeatmap } from "./heatmap_plot.ts";
import { isTensor } from "./values.ts";

/**
 * Draws the lateral weights of a population as SVG text: one matrix per group, with a row for every
 * unit that receives and a column for every unit that sends. Weights of 0 have no color, negative
 * and positive ones a color each; the strongest weight of all has the full color. These are the
 * weights in `params`, before the masks and signs of a connection.
 *
 * @param params The parameters of a population: `weight` is [D, 1, P] as `ilc` has it, one matrix
 * [P, P] as `dense` has it, or one per group, [groups, P, P].
 * @throws {TypeError} if there is no weight of such a shape on the CPU, or an option is unknown or
 * of the wrong kind.
 * @throws {RangeError} if an option is out of range.
 *
 * @example
 * ```ts
 * import { ilc } from "@spikeloop/functional";
 * import { lif } from "@spikeloop/neuron";
 * import { lateralWeightPlot } from "@spikeloop/plot";
 * import { key } from "@spikeloop/random";
 * import { assert } from "@std/assert";
 *
 * const population = ilc(lif, { actDim: 2, decPopDim: 10 });
 * assert(lateralWeightPlot(population.init(key(0))).startsWith("<svg"));
 * ```
 */
export function lateralWeightPlot(
  params: { readonly weight: Tensor },
  options: PlotOptions = {},
): string {
  const action = "run lateralWeightPlot";
  checkPlotOptions("lateralWeightPlot", options);
  if (!isRecord(params)) refuse(action, "params", params, "the parameters of a population");
  const { weight } = params;
  if (!isTensor(weight)) refuse(action, "weight", weight, "a tensor");
  const units = weight.shape.at(-1) ?? 0;
  const groups = weight.size / units ** 2;
  const isMatrix = weight.shape.length === 2 && weight.shape[0] === units;
  const isList = weight.shape.length === 3 && [1, units].includes(weight.shape[1]);
  if (!Number.isInteger(groups) || !(isMatrix || isList)) {
    const shape = weight.shape.join(", ");
    fail(action, `weight has shape [${shape}], expected [D, 1, P], [P, P] or [groups, P, P]`);
  }
  const data = weight.dataSync();
  // Columns without color keep groups apart.
  const gap = Math.ceil(units / 6);
  const stride = units + gap;
  const rows = Array.from({ length: units }, (_, to) => {
    const row = new Float32Array(groups * stride - gap).fill(NaN);
    for (let group = 0; group < groups; group++) {
      const from = (group * units + to) * units;
      row.set(data.subarray(from, from + units), group * stride);
    }
    return row;
  });
  const labels = {
    yLabel: "to unit",
    xLabel: groups > 1 ? "from the units of group" : "from unit",
  };
  const names = numberNames(groups, 12, (group) => group * stride + units / 2);
  return drawHeatmap(rows, { ...labels, ...options }, groups > 1 ? names : undefined);
}
