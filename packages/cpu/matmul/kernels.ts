import { extractLane, f32x4, Func, i32, i32x4, v128 } from "@spikeloop/expr/wasm";
import type { Code, Local } from "@spikeloop/expr/wasm";
import { staging } from "../staging.ts";
import { panelWidth, transpose } from "../matrix.ts";
import { common } from "../threads/common.ts";
import { Executable } from "../threads/executable.ts";
import { denseKernel } from "./dense_kernel.ts";
import { eventKernel, writeLanes } from "./event_kernel.ts";
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
 * source[r][c]. Strides are in bytes.
 */
function transposeKernel(): Func {
  const fn = new Func("transpose", 6);
  const [source, sourceStride, rows, columns, target, targetStride] = fn.params;
  return fn.emit(transpose(fn, [rows, columns], [source, sourceStride], [target, targetStride]));
}

/** name(at, bytes): how many numbers pass a test, which makes a mask. Looks at whole vectors. */
function countKernel(name: string, test: (x: Local) => Code): Func {
  const fn = new Func(name, 2, ["i32"]);
  const [start, bytes] = fn.params;
  const at = fn.local("i32");
  const [x, total] = fn.localArray("v128", 2);
  return fn.emit(
    fn.loop(at, start, i32.add(start, bytes), 16, [
      x.set(v128.load(at)),
      total.set(i32x4.sub(total, test(x))),
    ]),
    [0, 1, 2, 3].map((lane) => extractLane.i32x4(total, lane)).reduce((a, b) => i32.add(a, b)),
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
  return [
    packKernel(),
    transposeKernel(),
    countKernel("nonzeros", (x) => f32x4.ne(x, 0)),
    countKernel("infinities", (x) => f32x4.ne(f32x4.sub(x, x), 0)), // or NaN
    denseKernel(),
    eventKernel("events", false),
    eventKernel("spikes", true),
    addRowKernel(),
  ];
}

const executables = /* @__PURE__ */ new Map<WebAssembly.Memory, Executable>();

/**
 * The staging memory, or the common memory where workers help, which is laid out alike; and the
 * kernels over it, compiled when they are first needed.
 */
export function workspaceOf(workers: number): Workspace {
  const { floats, memory } = workers > 0 ? common().memory : staging();
  let code = executables.get(memory);
  if (code === undefined) {
    writeLanes(floats);
    executables.set(memory, code = new Executable(matmulFunctions(), memory));
  }
  return { floats, code, workers };
}
