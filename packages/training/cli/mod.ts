/**
 * The command line: trains actors over many seeds, goes on with runs, evaluates and compares them.
 * The program itself is `@spikeloop/spikeloop/cli`.
 *
 * @module
 */
export { main } from "./main.ts";
export {
  compareRuns,
  comparisonPlot,
  comparisonTable,
  type Measure,
  type RunFigures,
  type RunPath,
} from "./compare_runs.ts";
