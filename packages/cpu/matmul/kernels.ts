import type { Func, WasmFunction } from "@spikeloop/expr/wasm";
import { scratch } from "../scratch.ts";
import { type Call, SharedKernel } from "../threads/shared_kernel.ts";
import { transposeKernel } from "../transpose_kernel.ts";
import { addBlockKernel } from "./add_block_kernel.ts";
import { addRowKernel } from "./add_row_kernel.ts";
import { denseKernel, tileHeight } from "./dense_kernel.ts";
import { eventKernel } from "./event_kernel.ts";
import { compressKernel, finiteKernel, nonzerosKernel, packKernel } from "./pack_kernels.ts";

/** The kernels of the matrix product; see where each is made. */
export type MatmulKernels = Readonly<
  Record<
    | "pack"
    | "transpose"
    | "nonzeros"
    | "finite"
    | "compress"
    | "denseRows"
    | "denseRow"
    | "events"
    | "spikes"
    | "addRow"
    | "addBlock",
    WasmFunction
  >
>;

let made: SharedKernel | undefined;

/** The kernels as functions, not compiled yet. */
export function matmulFunctions(): Func[] {
  return [
    packKernel(),
    transposeKernel(),
    nonzerosKernel(),
    finiteKernel(),
    compressKernel(),
    denseKernel("denseRows", tileHeight, 2),
    denseKernel("denseRow", 1, 4),
    eventKernel("events", false),
    eventKernel("spikes", true),
    addRowKernel(),
    addBlockKernel({ nonzeros: 2, compress: 4, denseRows: 5, denseRow: 6, events: 7 }),
  ];
}

/** The code of the kernels, compiled when they are first needed. */
export function matmulCode(): SharedKernel {
  return made ??= new SharedKernel(matmulFunctions(), scratch().memory);
}

/** The kernels; such that they only add their calls to a list, if there is one. */
export function matmulKernels(calls?: Call[]): MatmulKernels {
  const code = matmulCode();
  return (calls === undefined ? code.exports : code.recorder(calls)) as MatmulKernels;
}
