/**
 * Plots as SVG text, readable in light and dark.
 *
 * @module
 */
export type { PlotOptions } from "./frame.ts";
export type { Numbers, Rows } from "./values.ts";
export { heatmapPlot } from "./heatmap_plot.ts";
export { histogramPlot, type HistogramPlotOptions } from "./histogram_plot.ts";
export { linePlot, type Series } from "./line_plot.ts";
export { rasterPlot, type RasterPlotOptions } from "./raster_plot.ts";
export { tracePlot, type TracePlotOptions } from "./trace_plot.ts";
export { surrogatePlot, type SurrogatePlotOptions } from "./surrogate_plot.ts";
