import type { Func } from "@spikeloop/expr/wasm";
import { staging } from "../staging.ts";
import { Executable, type KernelCall } from "../threads/executable.ts";
import { transposeKernel } from "../transpose_kernel.ts";
import { addBlockKernel } from "./add_block.ts";
import { denseKernel, tileHeight } from "./dense_kernel.ts";
import { compressKernel, eventKernel } from "./event_kernel.ts";
import type { MatmulKernels } from "./stage.ts";
import { addRowKernel, finiteKernel, nonzerosKernel, packKernel } from "./vector_kernels.ts";

/** The kernels of the matrix product as functions, not compiled yet. */
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
    // By their places in this list.
    addBlockKernel({ nonzeros: 2, compress: 4, denseRows: 5, denseRow: 6, events: 7, spikes: 8 }),
  ];
}

let compiled: Executable | undefined;

/** The code of the kernels, compiled when they are first needed. */
export function matmulCode(): Executable {
  return compiled ??= new Executable(matmulFunctions(), staging().memory);
}

/** The kernels; such that they only add their calls to a list, if there is one. */
export function matmulKernels(calls?: KernelCall[]): MatmulKernels {
  const code = matmulCode();
  return (calls === undefined ? code.exports : code.recorder(calls)) as MatmulKernels;
}
