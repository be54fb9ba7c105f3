// Blocks of the factors go into the staging memory, and the product's block comes out of it.
import type { WasmFunction } from "@spikeloop/expr/wasm";
import { copy, copyRectangle } from "../staging.ts";
import { panelWidth, places } from "./layout.ts";
import type { Factor, Target } from "./plan.ts";

/** The kernels that JavaScript calls. */
export type MatmulKernels = Readonly<
  Record<"pack" | "transpose" | "finite" | "addRow" | "addBlock", WasmFunction>
>;

/** Memory laid out as the staging memory, and the kernels that work on it. */
export interface Workspace {
  readonly floats: Float32Array;
  readonly kernels: MatmulKernels;
}

/** A block of a factor in the workspace. */
export interface Staged {
  /** Where it starts, in bytes. */
  readonly at: number;
  /** Bytes from a row to the next. */
  readonly rowStep: number;
  /** Of a right factor: bytes from a column to the next, at the distance of a panel. */
  readonly columnStep: number;
  /** Where its numbers lie without gaps, in bytes, until another block is staged. */
  readonly plain: number;
}

/** Copies a block as it is stored: the rows of a transposed factor's storage are its columns. */
function copyBlock(
  floats: Float32Array,
  { data, at, rows: height, columns: width, transposed }: Factor,
  row: number,
  column: number,
  rows: number,
  columns: number,
  to: number,
): void {
  if (transposed) {
    copyRectangle(data, at + column * height + row, height, columns, rows, floats, to);
  } else copyRectangle(data, at + row * width + column, width, rows, columns, floats, to);
  // Kernels look at whole vectors.
  const end = to + rows * columns;
  floats[end] = floats[end + 1] = floats[end + 2] = 0;
}

/** Stages the left factor's block [rows, columns] that starts at (row, column), row-major. */
export function stageLeft(
  { floats, kernels }: Workspace,
  factor: Factor,
  row: number,
  column: number,
  rows: number,
  columns: number,
): Staged {
  const at = 4 * places.left;
  const plain = factor.transposed ? places.raw : places.left;
  copyBlock(floats, factor, row, column, rows, columns, plain);
  if (!factor.transposed) return { at, rowStep: 4 * columns, columnStep: 4, plain: at };
  const rowStep = 4 * columns + 15 & -16;
  kernels.transpose(4 * plain, 4 * rows, columns, rows, at, rowStep);
  return { at, rowStep, columnStep: 4, plain: 4 * plain };
}

/** Stages the right factor's block as panels, or row-major where it is so and not `packed`. */
export function stageRight(
  { floats, kernels }: Workspace,
  factor: Factor,
  row: number,
  column: number,
  rows: number,
  columns: number,
  packed: boolean,
): Staged {
  const at = 4 * places.right;
  const isPlain = !packed && !factor.transposed;
  const plain = isPlain ? places.right : places.raw;
  copyBlock(floats, factor, row, column, rows, columns, plain);
  if (isPlain) return { at, rowStep: 4 * columns, columnStep: 4, plain: at };
  if (!factor.transposed) kernels.pack(4 * plain, 4 * columns, rows, columns, at);
  else {
    for (let c = 0; c < columns; c += panelWidth) {
      const [count, offset] = [Math.min(panelWidth, columns - c), 4 * c * rows];
      kernels.transpose(4 * plain + offset, 4 * rows, count, rows, at + offset, 4 * panelWidth);
    }
  }
  return { at, rowStep: 4 * panelWidth, columnStep: 4 * rows, plain: 4 * plain };
}

/** A block of the result: its place, the distance of its rows and its goal, in numbers. */
export interface Finished {
  readonly from: number;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  readonly to: number;
}

/** Makes the result's block of the product's at (row, column): transposes it, adds the bias. */
export function finishProduct(
  { floats, kernels }: Workspace,
  { swapped, bias, at, rows: height, columns: width }: Target,
  row: number,
  column: number,
  rows: number,
  columns: number,
): Finished {
  if (!swapped) {
    const from = places.product;
    if (bias) addBias(floats, kernels, bias, column, { from, stride: columns, rows, columns });
    return { from, stride: columns, rows, columns, to: at + row * width + column };
  }
  // A single row is its own transpose, unless the bias needs gaps after its numbers.
  const isLine = rows === 1 && bias === undefined;
  const from = isLine ? places.product : places.raw;
  const stride = isLine ? 1 : rows + 3 & -4;
  if (!isLine) {
    kernels.transpose(4 * places.product, 4 * columns, rows, columns, 4 * from, 4 * stride);
  }
  const block = { from, stride, rows: columns, columns: rows, to: at + column * height + row };
  if (bias) addBias(floats, kernels, bias, row, block);
  return block;
}

/** Adds a bias, from its number `first` on, to every row of a block. */
function addBias(
  floats: Float32Array,
  kernels: MatmulKernels,
  bias: Float32Array,
  first: number,
  { from, stride, rows, columns }: Omit<Finished, "to">,
): void {
  copy(bias, first, columns, floats, places.bias);
  // A row's last vector may reach into the next row: adding -0 leaves every number as it is.
  floats.fill(-0, places.bias + columns, places.bias + columns + 3);
  kernels.addRow(4 * from, 4 * stride, rows, 4 * columns, 4 * places.bias);
}

/** Copies a finished block to the result. */
export function storeProduct(
  floats: Float32Array,
  { from, stride, rows, columns, to }: Finished,
  { result, swapped, rows: height, columns: width }: Target,
): void {
  const step = swapped ? height : width;
  if (columns === step && columns === stride) return copy(floats, from, rows * columns, result, to);
  for (let r = 0; r < rows; r++) copy(floats, from + r * stride, columns, result, to + r * step);
}
