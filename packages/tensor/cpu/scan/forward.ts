import type { ScanArgs, ScanKernel, ScanResult } from "../../backend.ts";
import { array } from "../../reference/array.ts";
import { copyToBlock } from "./allocate.ts";
import { type ForwardKernel, forwardKernel } from "./forward_kernel.ts";
import { type Scratch, TileLayout } from "./memory.ts";
import { scratch } from "./scratch.ts";
import { tablesOf } from "./tables.ts";

/** About how many units a tile takes through time together: their state fits the first-level cache. */
const tileUnits = 8192;

/** How many numbers of x a tile holds at most. */
const tileNumbers = 1 << 16;

/** Where a tile's arrays lie, and its extents. */
interface Tile {
  readonly rows: number;
  readonly steps: number;
  readonly slab: number;
  readonly x: number;
  readonly out: number;
  readonly state: number;
  readonly lateral: number;
  readonly bits: number;
  readonly list: number;
  readonly noise: number;
  readonly params: number;
  readonly end: number;
}

function layOut(kernel: ScanKernel, args: ScanArgs, traced: boolean, start: number): Tile {
  const { steps, batch, units } = args;
  const rows = Math.min(batch, Math.max(1, Math.floor(tileUnits / units)));
  const held = Math.max(
    1,
    Math.min(steps, rows === batch ? Math.floor(tileNumbers / (rows * units)) : 2),
  );
  const layout = new TileLayout(start);
  const slab = Math.ceil(rows * units / 16) * 64;
  const sequence = held * rows * units * 4;
  const x = layout.place(sequence);
  const out = layout.place(sequence);
  const state = layout.place(kernel.states.length * slab * (traced ? held + 1 : 1));
  const lateral = layout.place(slab);
  const bits = layout.place(slab / 32);
  const list = layout.place(4 * args.group);
  const noise = layout.place(kernel.noise.length * sequence);
  const params = layout.place(kernel.params.length * slab);
  return {
    rows,
    steps: held,
    slab,
    x,
    out,
    state,
    lateral,
    bits,
    list,
    noise,
    params,
    end: layout.end,
  };
}

/** Writes the parameters where kernels read them: numbers at address 0, arrays once per row. */
export function placeParams(
  { floats }: Scratch,
  { params, units }: ScanArgs,
  rows: number,
  slab: number,
  at: number,
): void {
  let perUnit = 0;
  params.forEach((p, i) => {
    if (typeof p === "number") floats[i] = p;
    else if (p.length === 1) floats[i] = array(p)[0];
    else {
      const to = (at + perUnit++ * slab) / 4;
      for (let r = 0; r < rows; r++) floats.set(array(p), to + r * units);
    }
  });
}

/** Copies `count` numbers of `from` into the memory. */
function copyIn(
  floats: Float32Array,
  at: number,
  from: Float32Array,
  start: number,
  count: number,
): void {
  floats.set(
    count === from.length ? from : from.subarray(start, start + count),
    at / 4,
  );
}

/** T steps of a neuron, tile by tile. */
export function scan(kernel: ScanKernel, args: ScanArgs, trace: readonly number[]): ScanResult {
  const compiled = forwardKernel(kernel, args);
  const tables = tablesOf(compiled.wiring, args);
  const memory = scratch();
  const tile = layOut(kernel, args, trace.length > 0, memory.tile);
  memory.reserve(tile.end);
  placeParams(memory, args, tile.rows, tile.slab, tile.params);
  const isSmall = tile.rows === args.batch && tile.steps === args.steps && trace.length === 0;
  return isSmall
    ? runAtOnce(compiled, kernel, args, tile, tables.table)
    : runTiles(compiled, kernel, args, trace, tile, tables.table);
}

/** Everything in one tile: results are copied out together. */
function runAtOnce(
  { run, wiring }: ForwardKernel,
  kernel: ScanKernel,
  args: ScanArgs,
  tile: Tile,
  table: number,
): ScanResult {
  const { floats } = scratch();
  const { batch, units, steps } = args;
  const size = batch * units;
  floats.set(array(args.x), tile.x / 4);
  for (let i = 0; i < args.noise.length; i++) {
    floats.set(array(args.noise[i]), tile.noise / 4 + i * steps * size);
  }
  for (let i = 0; i < args.state.length; i++) {
    floats.set(array(args.state[i]), (tile.state + i * tile.slab) / 4);
  }
  const { lateral } = args;
  if (lateral !== undefined) floats.set(array(lateral), tile.lateral / 4);
  runTile(run, wiring.group, args, tile, table, steps, batch, 0);
  const length = (lateral === undefined ? tile.lateral : tile.bits) - tile.out >> 2;
  const block = copyToBlock(floats, tile.out / 4, length);
  const view = (at: number, count: number) =>
    new Float32Array(block.buffer, block.offset + at - tile.out, count);
  return {
    out: view(tile.out, steps * size),
    state: kernel.states.map((_, i) => view(tile.state + i * tile.slab, size)),
    lateral: lateral === undefined ? undefined : view(tile.lateral, size),
    trace: [],
  };
}

function runTile(
  run: ForwardKernel["run"],
  group: number,
  args: ScanArgs,
  tile: Tile,
  table: number,
  steps: number,
  rows: number,
  stateStride: number,
): void {
  const row = args.units * 4;
  run({
    steps,
    x: tile.x,
    xStride: rows * row,
    out: tile.out,
    outStride: rows * row,
    state: tile.state,
    stateStride,
    slab: tile.slab,
    lateral: tile.lateral,
    lateralStride: 0,
    noise: tile.noise,
    noiseStride: rows * row,
    noiseSlab: tile.steps * tile.rows * row,
    params: tile.params,
    bits: tile.bits,
    bitsStride: 0,
    bytes: rows * row,
    table,
    list: tile.list,
    rows,
    pops: group === 0 ? 0 : args.units / group,
    last: 1,
  });
}

function runTiles(
  { run, wiring }: ForwardKernel,
  kernel: ScanKernel,
  args: ScanArgs,
  trace: readonly number[],
  tile: Tile,
  table: number,
): ScanResult {
  const { steps, batch, units } = args;
  const { floats } = scratch();
  const size = batch * units;
  const x = array(args.x);
  const out = new Float32Array(steps * size);
  const state = kernel.states.map(() => new Float32Array(size));
  const lateral = args.lateral && new Float32Array(size);
  const traces = trace.map(() => new Float32Array(steps * size));
  const stateStride = trace.length > 0 ? kernel.states.length * tile.slab : 0;
  const copyOut = (to: Float32Array, start: number, at: number, count: number) =>
    to.set(floats.subarray(at / 4, at / 4 + count), start);
  for (let row = 0; row < batch; row += tile.rows) {
    const rows = Math.min(tile.rows, batch - row);
    const count = rows * units;
    const first = row * units;
    args.state.forEach((s, i) =>
      copyIn(floats, tile.state + i * tile.slab, array(s), first, count)
    );
    if (args.lateral) copyIn(floats, tile.lateral, array(args.lateral), first, count);
    for (let start = 0; start < steps; start += tile.steps) {
      const held = Math.min(tile.steps, steps - start);
      const atOnce = rows === batch ? held : 1;
      for (let t = 0; t < held; t += atOnce) {
        const from = (start + t) * size + first;
        copyIn(floats, tile.x + t * count * 4, x, from, atOnce * count);
        args.noise.forEach((n, i) =>
          copyIn(
            floats,
            tile.noise + (i * tile.steps * tile.rows * units + t * count) * 4,
            array(n),
            from,
            atOnce * count,
          )
        );
      }
      runTile(run, wiring.group, args, tile, table, held, rows, stateStride);
      for (let t = 0; t < held; t += atOnce) {
        copyOut(out, (start + t) * size + first, tile.out + t * count * 4, atOnce * count);
      }
      trace.forEach((s, i) => {
        for (let t = 0; t < held; t++) {
          const at = tile.state + (t + 1) * stateStride + s * tile.slab;
          copyOut(traces[i], (start + t) * size + first, at, count);
        }
      });
      if (stateStride > 0) {
        const at = (tile.state + held * stateStride) / 4;
        floats.copyWithin(tile.state / 4, at, at + stateStride / 4);
      }
    }
    state.forEach((s, i) => copyOut(s, first, tile.state + i * tile.slab, count));
    if (lateral) copyOut(lateral, first, tile.lateral, count);
  }
  return { out, state, lateral, trace: traces };
}
