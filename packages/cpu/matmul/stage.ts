import { copy, copyRectangle, isBehind } from "../staging.ts";
import type { Executable } from "../threads/executable.ts";
import { panelWidth, places } from "./layout.ts";
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
type Block = readonly [row: number, column: number, rows: number, columns: number];

/**
 * Brings a block as it is stored into the memory, and returns where it lies: at `to`, or in the
 * arena. The rows of a transposed factor's storage are its columns.
 */
function copyBlock(
  floats: Float32Array,
  { data, at, rows: height, columns: width, transposed }: Factor,
  [row, column, rows, columns]: Block,
  to: number,
  mayHaveGaps = false,
): number {
  const [stride, first, runs, length] = transposed
    ? [height, column * height + row, columns, rows]
    : [width, row * width + column, rows, columns];
  if (isBehind(floats, data) && (length === stride || mayHaveGaps)) {
    return data.byteOffset / 4 + at + first;
  }
  copyRectangle(data, at + first, stride, runs, length, floats, to);
  // Kernels look at whole vectors.
  const end = to + rows * columns;
  floats[end] = floats[end + 1] = floats[end + 2] = 0;
  return to;
}

/** Stages a block of the left factor, row-major. */
export function stageLeft({ floats, code }: Workspace, factor: Factor, block: Block): Staged {
  const [, , rows, columns] = block;
  const { transposed, binary } = factor;
  // Nobody counts the numbers of spikes where they lie: they may have gaps.
  const mayHaveGaps = transposed && binary;
  const from = copyBlock(floats, factor, block, transposed ? places.raw : places.left, mayHaveGaps);
  if (!transposed) return stagedRows(from, columns);
  const stride = 4 * (from === places.raw ? rows : factor.rows);
  const [at, plain, rowStep] = [4 * places.left, 4 * from, 4 * columns + 15 & -16];
  code.exports.transpose(plain, stride, columns, rows, at, rowStep);
  return { at, rowStep, columnStep: 4, plain };
}

/** Stages a block of the right factor as panels, or row-major where it is so and not `packed`. */
export function stageRight(
  { floats, code }: Workspace,
  factor: Factor,
  block: Block,
  packed: boolean,
): Staged {
  const [, , rows, columns] = block;
  const isPlain = !packed && !factor.transposed;
  const from = copyBlock(floats, factor, block, isPlain ? places.right : places.raw);
  if (isPlain) return stagedRows(from, columns);
  const [at, plain, rowStep] = [4 * places.right, 4 * from, 4 * panelWidth];
  if (!factor.transposed) code.exports.pack(plain, 4 * columns, rows, columns, at);
  for (let c = 0; factor.transposed && c < columns; c += panelWidth) {
    const [count, offset] = [Math.min(panelWidth, columns - c), 4 * c * rows];
    code.exports.transpose(plain + offset, 4 * rows, count, rows, at + offset, rowStep);
  }
  return { at, rowStep, columnStep: 4 * rows, plain };
}

/** A block of the result: its place, the distance of its rows and its goal, in numbers. */
export type Finished = Readonly<Record<"from" | "stride" | "rows" | "columns" | "to", number>>;

/** Where a block of the product is computed, and the distance of its rows, in numbers. */
export type ProductPlace = Readonly<Record<"from" | "stride", number>>;

/** The place of a block in the workspace or, where that can be, in the result. */
export function placeOfProduct(
  { floats }: Workspace,
  { result, swapped, at, columns: width }: Target,
  [row, column, , columns]: Block,
): ProductPlace {
  return swapped || !isBehind(floats, result)
    ? { from: places.product, stride: columns }
    : { from: result.byteOffset / 4 + at + row * width + column, stride: width };
}

/** Makes a block of the result from the product's: transposes it, adds the bias. */
export function finishProduct(
  { floats, code }: Workspace,
  { swapped, bias, relu, at, rows: height, columns: width }: Target,
  [row, column, rows, columns]: Block,
  place: ProductPlace,
): Finished {
  // A single row is its own transpose, unless the bias needs gaps after its numbers.
  const isLine = swapped && rows === 1 && bias === undefined;
  const isMoved = swapped && !isLine;
  const from = isMoved ? places.raw : place.from;
  const stride = isMoved ? rows + 3 & -4 : isLine ? 1 : place.stride;
  if (isMoved) {
    code.exports.transpose(4 * places.product, 4 * columns, rows, columns, 4 * from, 4 * stride);
  }
  const block = swapped
    ? { from, stride, rows: columns, columns: rows, to: at + column * height + row }
    : { from, stride, rows, columns, to: at + row * width + column };
  if (bias) {
    copy(bias, swapped ? row : column, block.columns, floats, places.bias);
    // A row's last vector may reach into the next row: adding -0 leaves every number as it is.
    floats.fill(-0, places.bias + block.columns, places.bias + block.columns + 3);
    code.exports.addRow(
      4 * from,
      4 * stride,
      block.rows,
      4 * block.columns,
      4 * places.bias,
      Number(relu ?? false),
    );
  }
  return block;
}

export function storeProduct(
  floats: Float32Array,
  { from, stride, rows, columns, to }: Finished,
  { result, swapped, rows: height, columns: width }: Target,
): void {
  if (!swapped && isBehind(floats, result)) return; // it has been computed there
  const step = swapped ? height : width;
  copyRectangle(floats, from, stride, rows, columns, result, to, step);
}
