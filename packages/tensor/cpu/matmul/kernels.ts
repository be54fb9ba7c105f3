import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import { scratch } from "../scratch.ts";
import { denseKernel } from "./dense_kernel.ts";
import { eventKernel } from "./event_kernel.ts";
import { places } from "./layout.ts";
import {
  compressKernel,
  finiteKernel,
  nonzerosKernel,
  packKernel,
  transposeKernel,
} from "./pack_kernels.ts";

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
    | "spikes",
    WasmFunction
  >
>;

let made: MatmulKernels | undefined;

/** Rows of A that `denseRows` takes at once. */
export const tileHeight = 4;

/** The kernels, compiled when they are first needed. */
export function matmulKernels(): MatmulKernels {
  if (made === undefined) {
    const { memory } = scratch();
    fillTable(new Int32Array(memory.buffer, 4 * places.table, 64));
    const functions = [
      packKernel(),
      transposeKernel(),
      nonzerosKernel(),
      finiteKernel(),
      compressKernel(),
      denseKernel("denseRows", tileHeight, 2),
      denseKernel("denseRow", 1, 4),
      eventKernel("events", false),
      eventKernel("spikes", true),
    ];
    made = instantiate(functions, memory) as MatmulKernels;
  }
  return made;
}

/** For every set of lanes, as a bit mask, 4 times the number of each of its lanes. */
function fillTable(table: Int32Array): void {
  for (let set = 0; set < 16; set++) {
    [0, 1, 2, 3].filter((lane) => set >> lane & 1).forEach((lane, i) =>
      table[4 * set + i] = 4 * lane
    );
  }
}
