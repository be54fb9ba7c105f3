/**
 * The contract of a backend: storage, the loops that it runs (skeletons), the definitions that it
 * compiles, their pullbacks, and the order of summation.
 *
 * @module
 */
export type { Backend, CompleteBackend } from "./backend.ts";
export type { Storage, View, Window } from "./storage.ts";
export type {
  AffineGradients,
  AffineRecord,
  AffineWants,
  ExtremeOp,
  LateralExtents,
  LateralGradients,
  LateralRecord,
  LeftForPullback,
  MapKernel,
  MapOperand,
  MatmulSpec,
  ReduceOp,
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanResult,
  ScanWants,
  ScatterPart,
  Skeletons,
} from "./skeletons.ts";
export {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  checkSize,
  resolveAxis,
  sameShape,
  type Shape,
  showShape,
  sizeOf,
  stridesOf,
} from "./shape.ts";
export { hostArray, type HostStorage } from "./host_storage.ts";
export { type Formula, type FormulaPullback, makeFormula, pullbackOf } from "./formula.ts";
export { checkScanNames, defineScan, makeScan, type ScanDefinition } from "./define_scan.ts";
export { keepingKernel, keptValueOf } from "./kept_value.ts";
export { keptValues } from "./kept_values.ts";
export { memoized } from "./memoized.ts";
export { RecentMap } from "./recent_map.ts";
export { StructureCache } from "./structure_cache.ts";
export {
  hasUnreadNaN,
  lastScanPullback,
  type ScanPullback,
  scanPullback,
} from "./scan_pullback.ts";
export {
  chunkedGroup,
  gradientRows,
  inGradientOrder,
  lateralChunks,
  slabRows,
  sumBlock,
  sumLanes,
  sumsBySets,
} from "./summation_order.ts";
