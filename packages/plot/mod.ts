/**
 * Pictures of spiking networks as SVG text: rasters, traces, lines and surrogate shapes.
 *
 * @module
 */
export {};
