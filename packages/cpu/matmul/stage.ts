import { panelWidth } from "../matrix.ts";
import { copy, copyRectangle, isBehind } from "../staging.ts";
import type { Executable } from "../threads/executable.ts";
import { places } from "./layout.ts";
import type { Factor, Target } from "./plan.ts";

/** Memory laid out as the staging memory, the kernels that work on it, and who runs them. */
export interface Workspace {
  readonly floats: Float32Array;
  readonly code: Executable;
  /** How many workers take a part of a large block. */
  readonly workers: number;
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

/** A block whose rows of numbers lie one after another, from `place` on. */
export function stagedRows(place: number, columns: number): Staged {
  return { at: 4 * place, rowStep: 4 * columns, columnStep: 4, plain: 4 * place };
}

/** A block of a matrix: its first row and column, and its extents. */
export type Block = Readonly<Record<"row" | "column" | "rows" | "columns", number>>;

/** The same block of the transpose. */
const flipped = (b: Block) => ({ row: b.column, column: b.row, rows: b.columns, columns: b.rows });

/**
 * Brings a block as it is stored into the memory, and returns where it lies: at `to`, or in the
 * arena. The rows of a transposed factor's storage are its columns.
 */
function copyBlock(
  floats: Float32Array,
  factor: Factor,
  block: Block,
  to: number,
  mayHaveGaps = false,
): number {
  const { data, transposed } = factor;
  const { row, column, rows, columns } = transposed ? flipped(block) : block;
  const stride = transposed ? factor.rows : factor.columns;
  const from = factor.at + row * stride + column;
  if (isBehind(floats, data) && (columns === stride || mayHaveGaps)) {
    return data.byteOffset / 4 + from;
  }
  copyRectangle(data, from, stride, rows, columns, floats, to);
  // Kernels look at whole vectors.
  const end = to + rows * columns;
  floats[end] = floats[end + 1] = floats[end + 2] = 0;
  return to;
}

/**
 * Stages a block of a factor at a place: row-major, or as panels where `packed`. What is row-major
 * in the arena is read there.
 */
export function stage(
  { floats, code }: Workspace,
  factor: Factor,
  block: Block,
  place: number,
  packed: boolean,
): Staged {
  const { rows, columns } = block;
  const { transposed, binary } = factor;
  // Nobody counts the numbers of spikes where they lie: they may have gaps.
  const mayHaveGaps = transposed && binary;
  const isPlain = !packed && !transposed;
  const from = copyBlock(floats, factor, block, isPlain ? place : places.raw, mayHaveGaps);
  if (isPlain) return stagedRows(from, columns);
  const at = 4 * place, plain = 4 * from;
  const rowStep = packed ? 4 * panelWidth : 4 * columns + 15 & -16;
  const columnStep = packed ? 4 * rows : 4;
  if (!transposed) code.exports.pack(plain, 4 * columns, rows, columns, at);
  const stride = 4 * (from === places.raw ? rows : factor.rows);
  for (let c = 0; transposed && c < columns; c += panelWidth) {
    const count = Math.min(panelWidth, columns - c);
    code.exports.transpose(plain + c * stride, stride, count, rows, at + c * columnStep, rowStep);
  }
  return { at, rowStep, columnStep, plain };
}

/** Where a block of the product is computed, and the distance of its rows, in numbers. */
export type ProductPlace = Readonly<Record<"from" | "stride", number>>;

/** The place of a block in the workspace or, where that can be, in the result. */
export function placeOfProduct(
  { floats }: Workspace,
  { result, swapped, at, columns: width }: Target,
  { row, column, columns }: Block,
): ProductPlace {
  return swapped || !isBehind(floats, result)
    ? { from: places.product, stride: columns }
    : { from: result.byteOffset / 4 + at + row * width + column, stride: width };
}

/** Brings a block of the product to its place in the result, the bias added. */
export function storeProduct(
  { floats, code }: Workspace,
  { result, swapped, bias, relu, at, rows: height, columns: width }: Target,
  block: Block,
  place: ProductPlace,
): void {
  const { row, column, rows, columns } = swapped ? flipped(block) : block;
  const from = swapped ? places.raw : place.from;
  const stride = swapped ? columns + 3 & -4 : place.stride;
  const step = swapped ? height : width;
  if (swapped) {
    code.exports.transpose(4 * place.from, 4 * rows, columns, rows, 4 * from, 4 * stride);
  }
  if (bias) {
    copy(bias, column, columns, floats, places.bias);
    // A row's last vector may reach into the next row: adding -0 leaves every number as it is.
    floats.fill(-0, places.bias + columns, places.bias + columns + 3);
    code.exports.addRow(4 * from, 4 * stride, rows, 4 * columns, 4 * places.bias, relu ? 1 : 0);
  }
  if (!swapped && isBehind(floats, result)) return; // it has been computed there
  copyRectangle(floats, from, stride, rows, columns, result, at + row * step + column, step);
}
