import type { ScanArgs, ScanKernel } from "../../backend.ts";
import { gradientRows, slabRows } from "../../reference/lateral.ts";
import type { BackwardKernel } from "./backward_kernel.ts";
import { gradientBytes } from "./emit_pull.ts";
import { TileLayout } from "./memory.ts";

/** Where the arrays of a tile of the backward pass lie: `rows` rows, all of time. */
export interface BackwardTile {
  readonly rows: number;
  /** Bytes of a slab of `rows` rows, with room for a whole last turn. */
  readonly slab: number;
  readonly x: number;
  readonly gOut: number;
  readonly gx: number;
  readonly out: number;
  readonly noise: number;
  readonly state: number;
  readonly lateral: number;
  readonly bits: number;
  readonly bitsStride: number;
  readonly list: number;
  readonly params: number;
  readonly gState: number;
  readonly gParams: number;
  readonly pulled: number;
  readonly gLast: number;
  /** Gradients summed over the batch: weights and bias as `collect` keeps them, parameters; of these 64 rows, and of all before. */
  readonly part: Sums;
  readonly total: Sums;
  /** Bytes of one row of units in `params`. */
  readonly sumStride: number;
  /** The gradients as [D, 1, P] and [D]. */
  readonly weight: number;
  readonly bias: number;
  readonly end: number;
}

/** Addresses of the sums over the batch, which lie one after another from `start` to `end`. */
export interface Sums {
  readonly start: number;
  readonly weights: number;
  readonly params: number;
  readonly end: number;
}

/** Lays out a tile from address `start` on. */
export function layOutBackward(
  kernel: ScanKernel,
  { wanted, sums, wiring }: BackwardKernel,
  { steps, batch, units, group }: ScanArgs,
  weights: boolean,
  start: number,
): BackwardTile {
  // Where nothing is summed over the batch, no order must be kept and a tile may have more rows.
  const free = !weights && sums.length === 0;
  const rows = Math.min(batch, free ? Math.max(1, Math.floor(1024 / units)) : slabRows(units));
  const slab = Math.ceil(rows * units / 16) * 64;
  const layout = new TileLayout(start);
  const sequence = steps * slab;
  const bitsStride = Math.ceil(rows * units / 128) * 16 + 16;
  const sumStride = Math.ceil(units / 4) * 16;
  const placeSums = (): Sums => {
    const connections = layout.place(
      weights && group > 0 ? units / group * gradientBytes(wiring).population : 0,
    );
    const params = layout.place(sums.length * sumStride);
    return { start: connections, weights: connections, params, end: layout.end };
  };
  const tile = {
    rows,
    slab,
    x: layout.place(sequence),
    gOut: layout.place(sequence),
    gx: layout.place(sequence),
    out: layout.place(wiring.form === "dense" ? sequence : 0),
    noise: layout.place(kernel.noise.length * sequence),
    state: layout.place((steps + 1) * kernel.states.length * slab),
    lateral: layout.place((steps + 1) * slab),
    bits: layout.place(steps * bitsStride),
    bitsStride,
    list: layout.place(4 * group),
    params: layout.place(kernel.params.length * slab),
    gState: layout.place(kernel.states.length * slab),
    gParams: layout.place(wanted.length * slab),
    pulled: layout.place(slab),
    gLast: layout.place(slab),
    part: placeSums(),
    total: placeSums(),
    sumStride,
    weight: layout.place(weights ? 4 * units * group : 0),
    bias: layout.place(weights ? 4 * units : 0),
    end: 0,
  };
  return { ...tile, end: layout.end };
}

/** Whether the sums of 64 rows end with the tile that starts at `row`. */
export function endsSum(row: number, rows: number): boolean {
  return (row + rows) % gradientRows === 0;
}
