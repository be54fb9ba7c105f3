/**
 * The CPU backend: WebAssembly SIMD kernels made from definitions, and threads.
 *
 * @module
 */
export { cpu } from "./cpu.ts";
export { allowsThreads, leaveCore, limitThreads, startThreads } from "./threads/threads.ts";
export { builtin } from "./threads/runtime.ts";
export { cpuMap } from "./map.ts";
export { cpuSum } from "./sum.ts";
export { borrow, type Source } from "./source.ts";
export { cpuMatmul } from "./matmul/matmul.ts";
export { cpuGather, cpuScatter } from "./movement.ts";
export { cpuScan } from "./scan/forward.ts";
export { KeptValues } from "./scan/kept_values.ts";
export { cpuScanBackward } from "./scan/backward.ts";
export { cpuLateralGradient, cpuParamGradient } from "./scan/lateral_gradient.ts";
export type { LateArray } from "./late_array.ts";
export { closeLate, existsLate, isLate, openLate, reuse, watchFreed } from "./late_array.ts";
export { lateScan, lateScanBackward } from "./scan/late_scan.ts";
export { lateGather, lateMap } from "./late_map.ts";
