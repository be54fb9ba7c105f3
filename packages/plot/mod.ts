/**
 * Plots as SVG text, and on canvases that run along with a simulation, in light and dark.
 *
 * @module
 */
export type { CanvasLook, PlotCanvas, PlotContext, PlotPixels } from "./canvas_look.ts";
export type { CanvasPlot, CanvasPlotOptions } from "./canvas_plot.ts";
export type { Theme } from "./palette.ts";
export type { PlotOptions } from "./frame.ts";
export type { Numbers, Rows } from "./values.ts";
export { heatmapPlot } from "./heatmap_plot.ts";
export { histogramPlot, type HistogramPlotOptions } from "./histogram_plot.ts";
export { lateralWeightPlot } from "./lateral_weight_plot.ts";
export { linePlot, type Series } from "./line_plot.ts";
export {
  type Curve,
  learningCurvePlot,
  type LearningCurvePlotOptions,
  type MeanCurve,
  meanCurve,
  type SeedCurves,
  type Spread,
} from "./mean_curve.ts";
export { rasterCanvas } from "./raster_canvas.ts";
export { rasterPlot, type RasterPlotOptions } from "./raster_plot.ts";
export { traceCanvas, type TraceCanvasOptions } from "./trace_canvas.ts";
export { tracePlot, type TracePlotOptions } from "./trace_plot.ts";
export { surrogatePlot, type SurrogatePlotOptions } from "./surrogate_plot.ts";
