// Bringing blocks of the factors into the scratch memory, and the product's out of it.
import { copy, type Scratch } from "../scratch.ts";
import type { MatmulKernels } from "./kernels.ts";
import { places } from "./layout.ts";
import { panelWidth } from "./pack_kernels.ts";
import type { Factor } from "./plan.ts";

/** A factor's block in the scratch memory. */
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

/** Copies the rectangle [rows, columns] at `from` of an array with `stride` numbers per row. */
function copyRectangle(
  source: Float32Array,
  from: number,
  stride: number,
  rows: number,
  columns: number,
  target: Float32Array,
  to: number,
): void {
  if (columns === stride) return copy(source, from, rows * columns, target, to);
  for (let r = 0; r < rows; r++) copy(source, from + r * stride, columns, target, to + r * columns);
}

/** Zeros up to the next whole vector, for kernels that look at whole vectors. */
function padVector(floats: Float32Array, end: number): void {
  floats[end] = floats[end + 1] = floats[end + 2] = 0;
}

/** Stages [rows, columns] at (row, column) of a factor whose logical extents are `height` and `width`, row-major. */
export function stageLeft(
  { floats }: Scratch,
  kernels: MatmulKernels,
  factor: Factor,
  [height, width]: readonly [number, number],
  [row, column]: readonly [number, number],
  [rows, columns]: readonly [number, number],
): Staged {
  const { data, at, transposed } = factor;
  if (!transposed) {
    copyRectangle(data, at + row * width + column, width, rows, columns, floats, places.left);
    padVector(floats, places.left + rows * columns);
    return { at: 4 * places.left, rowStep: 4 * columns, columnStep: 4, plain: 4 * places.left };
  }
  copyRectangle(data, at + column * height + row, height, columns, rows, floats, places.raw);
  padVector(floats, places.raw + rows * columns);
  const rowStep = 4 * columns + 15 & -16;
  kernels.transpose(4 * places.raw, 4 * rows, columns, rows, 4 * places.left, rowStep);
  return { at: 4 * places.left, rowStep, columnStep: 4, plain: 4 * places.raw };
}

/** Stages the right factor's block, as panels or, unless `packed`, as it is where it is row-major. */
export function stageRight(
  { floats }: Scratch,
  kernels: MatmulKernels,
  factor: Factor,
  [height, width]: readonly [number, number],
  [row, column]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  packed: boolean,
): Staged {
  const { data, at, transposed } = factor;
  const plain = packed || transposed ? places.raw : places.right;
  if (transposed) {
    copyRectangle(data, at + column * height + row, height, columns, rows, floats, plain);
  } else copyRectangle(data, at + row * width + column, width, rows, columns, floats, plain);
  padVector(floats, plain + rows * columns);
  const right = 4 * places.right;
  if (!packed && !transposed) {
    return { at: right, rowStep: 4 * columns, columnStep: 4, plain: right };
  }
  if (!transposed) kernels.pack(4 * plain, 4 * columns, rows, columns, right);
  else {
    for (let c = 0; c < columns; c += panelWidth) {
      const count = Math.min(panelWidth, columns - c);
      const offset = 4 * c * rows;
      kernels.transpose(4 * plain + offset, 4 * rows, count, rows, right + offset, 4 * panelWidth);
    }
  }
  return { at: right, rowStep: 4 * panelWidth, columnStep: 4 * rows, plain: 4 * plain };
}

/** Adds a bias to every row of a block whose rows lie `stride` numbers apart. */
function addBias(
  { floats }: Scratch,
  kernels: MatmulKernels,
  bias: Float32Array,
  at: number,
  [rows, columns, stride]: readonly [number, number, number],
): void {
  copy(bias, 0, columns, floats, places.bias);
  // A row's last vector may reach into the next row: adding -0 leaves every number as it is.
  floats.fill(-0, places.bias + columns, places.bias + columns + 3);
  kernels.addRow(4 * at, 4 * stride, rows, 4 * columns, 4 * places.bias);
}

/** The product's block, as it is to be stored: where it is and how far apart its rows are, in numbers. */
export interface Finished {
  readonly at: number;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
}

/** Transposes the product's block [rows, columns], if so wanted, and adds a bias to its rows. */
export function finishProduct(
  memory: Scratch,
  kernels: MatmulKernels,
  swapped: boolean,
  [rows, columns]: readonly [number, number],
  bias: Float32Array | undefined,
): Finished {
  // A single row is its own transpose, if it need not leave gaps.
  const straight = !swapped || rows === 1 && bias === undefined;
  const finished = swapped
    ? {
      at: straight ? places.product : places.raw,
      stride: straight ? 1 : rows + 3 & -4,
      rows: columns,
      columns: rows,
    }
    : { at: places.product, stride: columns, rows, columns };
  const { at, stride } = finished;
  if (!straight) {
    kernels.transpose(4 * places.product, 4 * columns, rows, columns, 4 * at, 4 * stride);
  }
  if (bias !== undefined) {
    addBias(memory, kernels, bias, at, [finished.rows, finished.columns, stride]);
  }
  return finished;
}

/** Copies it to the result from `to` on; rows there have `width` numbers. */
export function storeProduct(
  floats: Float32Array,
  { at, stride, rows, columns }: Finished,
  result: Float32Array,
  to: number,
  width: number,
): void {
  if (columns === width && columns === stride) return copy(floats, at, rows * columns, result, to);
  for (let r = 0; r < rows; r++) copy(floats, at + r * stride, columns, result, to + r * width);
}
