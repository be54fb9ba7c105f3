import type {
  ScanArgs,
  ScanCotangents,
  ScanGradients,
  ScanKernel,
  ScanWants,
  Storage,
} from "../../backend.ts";
import { array } from "../../reference/array.ts";
import { allocate } from "./allocate.ts";
import { type BackwardKernel, backwardKernel } from "./backward_kernel.ts";
import { type BackwardTile, endsSum, layOutBackward } from "./backward_tile.ts";
import { placeParams } from "./place_params.ts";
import { scratch } from "./scratch.ts";
import { type Tables, tablesOf } from "./tables.ts";

/** The pullback of `scan`: recomputes the states' course tile by tile, then goes back through time. */
export function scanBackward(
  kernel: ScanKernel,
  args: ScanArgs,
  _out: Storage,
  cotangents: ScanCotangents,
  wants: ScanWants,
): ScanGradients {
  const compiled = backwardKernel(kernel, args, cotangents.out !== undefined, wants);
  const tables = tablesOf(compiled.wiring, args);
  const memory = scratch();
  const tile = layOutBackward(kernel, compiled, args, wants.weights, memory.tile);
  memory.reserve(tile.end);
  placeParams(memory.floats, args, tile.rows, tile.slab, tile.params);
  return new BackwardPass(kernel, compiled, args, cotangents, wants, tables, tile).run();
}

/** One call of `scanBackward`: what it was given, and the gradients it fills tile by tile. */
class BackwardPass {
  readonly #floats = scratch().floats;
  readonly #gx: Float32Array;
  readonly #gState: readonly Float32Array[];
  /** Per parameter; where it is summed over time only, [N, D]. */
  readonly #gRows: readonly (Float32Array | undefined)[];
  readonly #x: Float32Array;
  readonly #gOut: Float32Array | undefined;

  constructor(
    readonly kernel: ScanKernel,
    readonly compiled: BackwardKernel,
    readonly args: ScanArgs,
    readonly cotangents: ScanCotangents,
    readonly wants: ScanWants,
    readonly tables: Tables,
    readonly tile: BackwardTile,
  ) {
    const { steps, batch, units } = args;
    this.#x = array(args.x);
    this.#gOut = cotangents.out && array(cotangents.out);
    this.#gx = allocate(steps * batch * units);
    this.#gState = kernel.states.map(() => allocate(batch * units));
    this.#gRows = wants.params.map((w) => w === "rows" ? allocate(batch * units) : undefined);
  }

  run(): ScanGradients {
    const { args, tile, compiled, wants } = this;
    const { part, total } = tile;
    this.#floats.fill(0, part.start / 4, total.end / 4);
    for (let row = 0; row < args.batch; row += tile.rows) {
      const rows = Math.min(tile.rows, args.batch - row);
      this.#runTile(row, rows);
      if (endsSum(row, rows) || row + rows === args.batch) {
        compiled.flush(total.start, part.start, part.end - part.start);
      }
    }
    const { group, units } = args;
    if (wants.weights) {
      compiled.unpack(total.weights, tile.weight, tile.bias, units / group);
    }
    const sumOf = (at: number, count: number) => {
      const sum = allocate(count);
      sum.set(this.#floats.subarray(at / 4, at / 4 + count));
      return sum;
    };
    return {
      x: this.#gx,
      state: this.#gState,
      weight: wants.weights ? sumOf(tile.weight, units * group) : undefined,
      bias: wants.weights ? sumOf(tile.bias, units) : undefined,
      params: wants.params.map((want, i) => {
        if (want === "none") return undefined;
        if (want === "rows") return this.#gRows[i];
        const slot = compiled.sums.findIndex((s) => compiled.wanted[s] === i);
        return slot < 0 ? allocate(units) : sumOf(total.params + slot * tile.sumStride, units);
      }),
    };
  }

  #runTile(row: number, rows: number): void {
    const { args, tile, kernel, compiled, cotangents } = this;
    const { steps, units } = args;
    const floats = this.#floats;
    const count = rows * units;
    const first = row * units;
    // Without gaps where a last turn ends with the slab, so that a sequence is copied at once.
    const stride = count % 16 === 0 ? 4 * count : tile.slab;
    const slab = tile.slab;
    const noiseSlab = steps * slab;
    const copyIn = (at: number, from: Storage | undefined) => {
      if (from === undefined) floats.fill(0, at / 4, at / 4 + count);
      else floats.set(array(from).subarray(first, first + count), at / 4);
    };
    this.#copySequence(this.#x, tile.x, first, count, stride, true);
    if (this.#gOut) this.#copySequence(this.#gOut, tile.gOut, first, count, stride, true);
    args.noise.forEach((n, i) =>
      this.#copySequence(array(n), tile.noise + i * noiseSlab, first, count, stride, true)
    );
    args.state.forEach((s, i) => copyIn(tile.state + i * slab, s));
    cotangents.state.forEach((g, i) => copyIn(tile.gState + i * slab, g));
    if (args.lateral) copyIn(tile.lateral, args.lateral);
    const hasLast = args.group > 0 && cotangents.lateral !== undefined;
    if (hasLast) copyIn(tile.gLast, cotangents.lateral);
    else floats.fill(-0, tile.pulled / 4, (tile.pulled + slab) / 4);
    const { wanted, sums } = compiled;
    if (wanted.length > sums.length) {
      floats.fill(0, tile.gParams / 4, (tile.gParams + wanted.length * slab) / 4);
    }
    const pops = args.group === 0 ? 0 : units / args.group;
    const stateStride = kernel.states.length * slab;
    compiled.run({
      steps: hasLast ? steps : steps - 1,
      x: tile.x,
      xStride: stride,
      out: tile.out,
      outStride: stride,
      state: tile.state,
      stateStride,
      slab,
      lateral: tile.lateral,
      lateralStride: slab,
      noise: tile.noise,
      noiseStride: stride,
      noiseSlab,
      params: tile.params,
      bits: tile.bits,
      bitsStride: tile.bitsStride,
      bytes: 4 * count,
      table: this.tables.table,
      list: tile.list,
      rows,
      pops,
      last: hasLast ? 0 : 1,
    });
    const end = steps - 1;
    compiled.back({
      steps,
      x: tile.x + end * stride,
      xStride: stride,
      state: tile.state + end * stateStride,
      stateStride,
      slab,
      lateral: tile.lateral + end * slab,
      noise: tile.noise + end * stride,
      noiseStride: stride,
      noiseSlab,
      params: tile.params,
      gOut: tile.gOut + end * stride,
      gx: tile.gx + end * stride,
      gStride: stride,
      gState: tile.gState,
      gParams: tile.gParams,
      gLast: hasLast ? tile.gLast : 0,
      pulled: tile.pulled,
      bits: tile.bits + end * tile.bitsStride,
      bitsStride: tile.bitsStride,
      out: tile.out + end * stride,
      weight: this.tables.weight,
      gWeight: tile.part.weights,
      gSums: tile.part.params,
      sumStride: tile.sumStride,
      rows,
      pops,
      unitBytes: 4 * units,
      bytes: 4 * count,
    });
    this.#copySequence(this.#gx, tile.gx, first, count, stride, false);
    const copyOut = (to: Float32Array, at: number) =>
      to.set(floats.subarray(at / 4, at / 4 + count), first);
    this.#gState.forEach((g, i) => copyOut(g, tile.gState + i * slab));
    wanted.forEach((i, slot) => {
      const to = this.#gRows[i];
      if (to) copyOut(to, tile.gParams + slot * slab);
    });
  }

  /** Copies a tile's part of a [T, N, D] array in or out. */
  #copySequence(
    sequence: Float32Array,
    at: number,
    first: number,
    count: number,
    stride: number,
    isIn: boolean,
  ): void {
    const { steps, batch, units } = this.args;
    const size = batch * units;
    const atOnce = count === size && stride === 4 * count ? steps : 1;
    for (let t = 0; t < steps; t += atOnce) {
      const here = (at + t * stride) / 4;
      const there = t * size + first;
      const length = atOnce * count;
      if (isIn) this.#floats.set(sequence.subarray(there, there + length), here);
      else sequence.set(this.#floats.subarray(here, here + length), there);
    }
  }
}
