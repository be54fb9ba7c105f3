import { asSurrogate, primitiveAt, slopeAt, type Surrogate } from "@spikeloop/surrogate";
import { describe } from "@spikeloop/errors";
import { checkPlotOptions, type PlotOptions } from "./frame.ts";
import { linePlot } from "./line_plot.ts";

/** What `surrogatePlot` takes besides. */
export interface SurrogatePlotOptions extends PlotOptions {
  /** The range of u; [-2, 2] if missing. */
  readonly range?: readonly [number, number];
  /** What to draw: the slope of the backward pass, or the primitive; `"slope"` if missing. */
  readonly show?: "slope" | "primitive";
}

/**
 * The shapes of one or more surrogates over u = membrane - threshold, as SVG text.
 *
 * @throws {TypeError} if a surrogate has no primitive and that is to be shown. @throws {RangeError} if the range is
 * empty.
 *
 * @example
 * ```ts
 * import { surrogatePlot } from "@spikeloop/plot";
 * import { atan, rect } from "@spikeloop/surrogate";
 * import { assert } from "@std/assert";
 *
 * assert(surrogatePlot([rect(), atan()]).includes("atan"));
 * ```
 */
export function surrogatePlot(
  surrogates: Surrogate | readonly Surrogate[],
  options: SurrogatePlotOptions = {},
): string {
  checkPlotOptions("surrogatePlot", options, ["range", "show"]);
  const { range: [low, high] = [-2, 2], show = "slope", ...rest } = options;
  if (show !== "slope" && show !== "primitive") {
    throw new RangeError(
      `Cannot run surrogatePlot: show is ${describe(show)}, expected "slope" or "primitive"`,
    );
  }
  if (!(low < high)) {
    throw new RangeError(`Cannot plot surrogates from ${low} to ${high}: expected a range`);
  }
  const x = Float32Array.from({ length: 801 }, (_, i) => low + (high - low) * i / 800);
  const sample = show === "slope" ? slopeAt : primitiveAt;
  const labels = {
    xLabel: "u = membrane − threshold",
    yLabel: show === "slope" ? "slope" : "primitive",
  };
  const all = (Array.isArray(surrogates) ? surrogates : [surrogates]).map(asSurrogate);
  return linePlot(all.map((s) => ({ name: s.name, x, y: sample(s, x) })), { ...labels, ...rest });
}
