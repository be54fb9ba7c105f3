import { fail, takeList, takeNumber, takeOneOf } from "@spikeloop/errors";
import { asSurrogate, primitiveAt, slopeAt, type Surrogate } from "@spikeloop/surrogate";
import { checkPlotOptions, type PlotOptions } from "./frame.ts";
import { linePlot } from "./line_plot.ts";

/** The options of `surrogatePlot`. */
export interface SurrogatePlotOptions extends PlotOptions {
  /** The range of u; [-2, 2] if missing. */
  readonly range?: readonly [number, number];
  /** The curve: the slope of the backward pass, or the primitive; `"slope"` if missing. */
  readonly show?: "slope" | "primitive";
}

/**
 * Draws the curves of one or more surrogates over u = membrane - threshold, as SVG text.
 *
 * @throws {TypeError} if an option is unknown or of the wrong kind, or a surrogate lacks the
 * primitive to draw.
 * @throws {RangeError} if the range is empty, or there is no such curve.
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
  const { range = [-2, 2], show = "slope", ...rest } = options;
  const action = "run surrogatePlot";
  takeOneOf(action, "show", show, ["slope", "primitive"]);
  const [low, high] = takeList(action, "range", range, takeNumber, 2);
  if (!(low < high)) {
    fail(action, `range is from ${low} to ${high}, expected the larger end last`, RangeError);
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
