import type { Code, Func, Local } from "@spikeloop/expr/wasm";
import type { RowPart } from "@spikeloop/functional";
import type { Tensor } from "@spikeloop/tensor";

/** When code runs: before the time steps, at each of them, or after the last. */
export type Phase = "before" | "each" | "after";

/** Numbers in the memory of a plan. */
export interface Numbers {
  /** The address of the first. Those past the last up to a multiple of 16 may be read. */
  readonly address: number;
  /** How many. */
  readonly units: number;
  /** Since when they are there. */
  readonly phase: Phase;
  /** Whether they are 0 or 1 by what computes them: then no 0 is multiplied, as in `matmul`. */
  readonly binary: boolean;
  /** Spikes as a list too: the units that spike, in ascending order, up to an end. */
  readonly list?: { readonly address: number; readonly end: Local };
}

/** A part with its kind. */
export type PartOf<K extends RowPart["kind"]> = Extract<RowPart, { kind: K }>;

/** Writes the parameters of a part to the memory. */
export type Fill = (part: RowPart, memory: Float32Array) => void;

/** The code of a plan, while it is made. */
export interface RowCode {
  readonly fn: Func;
  /** T. */
  readonly steps: number;
  /** The statements of every phase. */
  readonly phases: Readonly<Record<Phase, Code[]>>;
  /** A counter for loops over numbers, in bytes. */
  readonly at: Local;
  /** The lanes of each of the 16 sets of four, 16 bytes per set. */
  readonly laneTable: number;
  /** Takes memory for numbers and 16 more, and returns their address. */
  allocate(numbers: number): number;
  /** Takes memory that a part's parameters fill. Call it at most once for a part. */
  fill<K extends RowPart["kind"]>(write: (part: PartOf<K>, memory: Float32Array) => void): void;
}

/** Writes a number for each of `units` from an address on: its own, or the only one. */
export function writeRow(memory: Float32Array, address: number, units: number, row: Tensor): void {
  const numbers = row.dataSync();
  for (let i = 0; i < units; i++) memory[address / 4 + i] = numbers[i % numbers.length];
}

/** Rounds up to a multiple. */
export const align = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Vectors of a pass over the columns of weights: their sums stay in registers. */
export const passVectors = 8;
