import {
  extractLane,
  f32x4,
  Func,
  i32,
  i32x4,
  transposeLanes,
  v128,
  when,
} from "@spikeloop/expr/wasm";
import { staging } from "../staging.ts";
import { writeLanes } from "../tables.ts";
import { common } from "../threads/common.ts";
import { Executable } from "../threads/executable.ts";
import { addBlockKernel } from "./add_block.ts";
import { denseKernel, tileHeight } from "./dense_kernel.ts";
import { compressKernel, eventKernel } from "./event_kernel.ts";
import { panelWidth } from "./layout.ts";
import type { Workspace } from "./stage.ts";

/** pack(source, stride, k, n, panels): a row-major [k, n], `stride` bytes per row, as panels. */
function packKernel(): Func {
  const fn = new Func("pack", 5);
  const [source, stride, k, n, panels] = fn.params;
  const [column, row, from] = fn.localArray("i32", 3);
  return fn.emit(fn.loop(column, 0, n, panelWidth, [
    from.set(i32.add(source, i32.shl(column, 2))),
    fn.loop(row, 0, k, 1, [
      ...[0, 16, 32, 48].map((at) => v128.store(panels, v128.load(from, at), at)),
      from.increment(stride),
      panels.increment(64),
    ]),
  ]));
}

/**
 * transpose(source, sourceStride, rows, columns, target, targetStride): target[c][r] =
 * source[r][c]. Strides are in bytes. It writes whole vectors: a target row must have room for
 * `rows` rounded up to 4.
 */
function transposeKernel(): Func {
  const fn = new Func("transpose", 6);
  const [source, sourceStride, rows, columns, target, targetStride] = fn.params;
  const [column, row, from, to, rest] = fn.localArray("i32", 5);
  const [v, w] = [fn.localArray("v128", 4), fn.localArray("v128", 4)];
  return fn.emit(fn.loop(column, 0, columns, 4, [
    rest.set(i32.sub(columns, column)),
    fn.loop(row, 0, rows, 4, [
      from.set(i32.add(i32.add(source, i32.shl(column, 2)), i32.mul(row, sourceStride))),
      ...v.flatMap((x) => [x.set(v128.load(from)), from.increment(sourceStride)]),
      transposeLanes(v, w),
      to.set(i32.add(i32.add(target, i32.shl(row, 2)), i32.mul(column, targetStride))),
      v128.store(to, v[0]),
      ...[1, 2, 3].map((i) =>
        when(i32.gtU(rest, i), [to.increment(targetStride), v128.store(to, v[i])])
      ),
    ]),
  ]));
}

/** nonzeros(at, bytes): how many numbers are not 0. Counts whole vectors. */
function nonzerosKernel(): Func {
  const fn = new Func("nonzeros", 2, ["i32"]);
  const [start, bytes] = fn.params;
  const at = fn.local("i32");
  const total = fn.local("v128");
  return fn.emit(
    fn.loop(at, start, i32.add(start, bytes), 16, [
      total.set(i32x4.sub(total, f32x4.ne(v128.load(at), 0))),
    ]),
    [0, 1, 2, 3].map((lane) => extractLane.i32x4(total, lane)).reduce((a, b) => i32.add(a, b)),
  );
}

/** finite(at, bytes): 1 where no number is infinite or NaN. Looks at whole vectors. */
function finiteKernel(): Func {
  const fn = new Func("finite", 2, ["i32"]);
  const [start, bytes] = fn.params;
  const at = fn.local("i32");
  const [x, bad] = fn.localArray("v128", 2);
  return fn.emit(
    fn.loop(at, start, i32.add(start, bytes), 16, [
      x.set(v128.load(at)),
      bad.set(v128.or(bad, f32x4.ne(f32x4.sub(x, x), 0))),
    ]),
    i32.eqz(v128.anyTrue(bad)),
  );
}

/**
 * addRow(at, stride, rows, bytes, row, relu): adds `row` to each of `rows` rows, by whole vectors,
 * and where `relu` is not 0 makes sums up to 0 to 0. The last row comes first: a vector that
 * reaches into the next row finds it finished.
 */
function addRowKernel(): Func {
  const fn = new Func("addRow", 6);
  const [at, stride, rows, bytes, row, relu] = fn.params;
  const [r, i, to] = fn.localArray("i32", 3);
  const [sum, mask] = fn.localArray("v128", 2);
  return fn.emit(
    mask.set(i32x4.splat(i32.sub(0, relu))),
    at.set(i32.add(at, i32.mul(rows, stride))),
    fn.loop(r, 0, rows, 1, [
      at.set(i32.sub(at, stride)),
      fn.loop(i, 0, bytes, 16, [
        to.set(i32.add(at, i)),
        sum.set(f32x4.add(v128.load(to), v128.load(i32.add(row, i)))),
        v128.store(to, v128.andnot(sum, v128.and(f32x4.le(sum, 0), mask))),
      ]),
    ]),
  );
}

/** The kernels of the matrix product as functions, not compiled yet. */
export function matmulFunctions(): Func[] {
  const functions = [
    packKernel(),
    transposeKernel(),
    nonzerosKernel(),
    finiteKernel(),
    compressKernel("compress", false),
    compressKernel("compressSpikes", true),
    denseKernel("denseRows", tileHeight, 2),
    denseKernel("denseRow", 1, 4),
    eventKernel("events", false),
    eventKernel("spikes", true),
    addRowKernel(),
  ];
  const placeOf = (name: string) => functions.findIndex((f) => f.name === name);
  return [...functions, addBlockKernel(placeOf)];
}

const compiled: Partial<Record<"own" | "common", Executable>> = {};

function compile(floats: Float32Array, memory: WebAssembly.Memory): Executable {
  writeLanes(floats);
  return new Executable(matmulFunctions(), memory);
}

/** The staging memory, and the kernels over it, compiled when they are first needed. */
export function ownWorkspace(): Workspace {
  const { floats, memory } = staging();
  const code = compiled.own ??= compile(floats, memory);
  return { floats, code, workers: 0 };
}

/** The common memory, laid out as the staging memory, and the kernels over it. */
export function commonWorkspace(workers: number): Workspace {
  const { floats, memory } = common().memory;
  const code = compiled.common ??= compile(floats, memory);
  return { floats, code, workers };
}
