import { panelWidth } from "../matrix.ts";
import { blockLength } from "./layout.ts";
import type { Approach } from "./sparsity.ts";

/** A factor of one product, as stored: from `at` on among the numbers of `data`. */
export interface Factor {
  readonly data: Float32Array;
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  /** Whether it is stored with its axes exchanged. */
  readonly transposed: boolean;
  readonly binary: boolean;
}

/** Where a product [rows, columns] is written, or its transpose: from `at` on in `result`. */
export interface Target {
  readonly result: Float32Array;
  readonly at: number;
  /** It is added to every row of the result. */
  readonly bias: Float32Array | undefined;
  /** Sums with the bias up to 0 become 0. */
  readonly relu?: boolean;
  readonly rows: number;
  readonly columns: number;
  /** The result is the transpose of the product. */
  readonly swapped: boolean;
}

/** [rows, columns] = left [rows, depth] · right [depth, columns]. */
export interface Product extends Target, Pick<Approach, "below" | "density"> {
  readonly left: Factor;
  readonly right: Factor;
  readonly depth: number;
}

/** A single row or column is stored like its transpose. */
function straightened(f: Factor): Factor {
  return f.transposed && (f.rows === 1 || f.columns === 1) ? { ...f, transposed: false } : f;
}

function flipped({ data, at, rows, columns, transposed, binary }: Factor): Factor {
  return straightened({ data, at, rows: columns, columns: rows, transposed: !transposed, binary });
}

/** The product A · B as it stands, or swapped: its transpose, Bᵀ · Aᵀ. */
export function productOf(
  a: Factor,
  b: Factor,
  approach: Approach,
  { result, at, bias: row, relu }: Pick<Target, "result" | "at" | "bias" | "relu">,
): Product {
  const { below, density } = approach;
  const left = approach.swapped ? flipped(b) : straightened(a);
  const right = approach.swapped ? flipped(a) : straightened(b);
  const { rows, columns: depth } = left;
  const { columns } = right;
  // A single row is its own transpose. The bias of a result of one column is one number.
  const swapped = approach.swapped && rows > 1;
  const bias = row && approach.swapped && !swapped ? new Float32Array(columns).fill(row[0]) : row;
  return { left, right, rows, depth, columns, swapped, below, density, result, at, bias, relu };
}

/** Of this depth, two panels fit the first cache: lists of numbers jump about in both. */
const deepestListed = 256;
const deepest = 1024;
const widest = 4096;

const roundUp = (n: number, to: number) => Math.ceil(n / to) * to;

/** Cuts `extent` into equal parts, multiples of `unit`, of at most `most`. */
function part(extent: number, most: number, unit: number): number {
  return extent <= most ? extent : roundUp(Math.ceil(extent / Math.ceil(extent / most)), unit);
}

/** Blocks that fit their parts of the staging memory and hold all of the depth of most products. */
export function blocksOf({ rows, depth, columns, below }: Product) {
  const isListed = below > 0 && columns > 2 * panelWidth;
  const k = part(depth, isListed ? deepestListed : deepest, 4);
  const n = part(columns, Math.min(widest, Math.floor(blockLength / k) & -panelWidth), panelWidth);
  const most = Math.floor(blockLength / Math.max(roundUp(k, 4), roundUp(n, 4))) & -4;
  return { rows: part(rows, most, 4), depth: k, columns: n };
}
