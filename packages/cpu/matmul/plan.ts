// Which block of a product is computed at a time, and from which side.
import type { MatmulSpec } from "@spikeloop/backend";
import { blockLength } from "./layout.ts";
import { panelWidth } from "./pack_kernels.ts";

/** A factor of one product, as stored. */
export interface Factor {
  /** Its numbers, among others. */
  readonly data: Float32Array;
  /** Where it starts. */
  readonly at: number;
  /** Whether it is stored with its axes exchanged. */
  readonly transposed: boolean;
  /** It holds only zeros and ones. */
  readonly binary: boolean;
}

/** P [rows, columns] = left [rows, depth] · right [depth, columns]. */
export interface Product {
  readonly left: Factor;
  readonly right: Factor;
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** The transpose of P is wanted. */
  readonly swapped: boolean;
}

/** The extents of the blocks that a product is cut into. */
export interface Blocks {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** Depths of a block that are tried. */
const depths = [1024, 512, 256, 128];
const widest = 4096;

const roundUp = (n: number, to: number) => Math.ceil(n / to) * to;

/** Cuts `extent` into equal parts, multiples of `unit`, of at most `most`. */
function part(extent: number, most: number, unit: number): number {
  return extent <= most ? extent : roundUp(Math.ceil(extent / Math.ceil(extent / most)), unit);
}

/** Blocks of at most a given depth whose factors and product fit their parts of the scratch memory. */
function blocksOfDepth({ rows, depth, columns }: Product, deepest: number): Blocks {
  const k = part(depth, deepest, 4);
  const n = part(columns, Math.min(widest, Math.floor(blockLength / k) & -panelWidth), panelWidth);
  const most = Math.floor(blockLength / Math.max(roundUp(k, 4), roundUp(n, 4))) & -4;
  return { rows: part(rows, most, 4), depth: k, columns: n };
}

/** Blocks that hold all of the depth; undefined where it is too much. */
export function blocksOfAllDepth(product: Product): Blocks | undefined {
  const blocks = blocksOfDepth(product, depths[0]);
  return blocks.depth < product.depth ? undefined : blocks;
}

/** Numbers that are brought into the scratch memory: blocks of the left factor are met again in every block of columns. */
function staged({ rows, depth, columns }: Product, blocks: Blocks): number {
  const timesLeft = Math.ceil(columns / blocks.columns);
  const timesRight = blocks.depth < depth ? Math.ceil(rows / blocks.rows) : 1;
  return depth * (rows * timesLeft + columns * timesRight);
}

/** The blocks for which least is copied. */
export function blocksOf(product: Product): Blocks {
  let best = blocksOfDepth(product, depths[0]);
  let least = staged(product, best);
  for (let i = 1; i < depths.length && depths[i] < product.depth; i++) {
    const blocks = blocksOfDepth(product, depths[i]);
    const numbers = staged(product, blocks);
    if (numbers < least) [best, least] = [blocks, numbers];
  }
  return best;
}

/** The product as it is given, or its transpose, Bᵀ · Aᵀ, where that is less work. */
export function productOf(
  spec: MatmulSpec,
  left: Factor,
  right: Factor,
  swapped: boolean,
): Product {
  const { m, k, n } = spec;
  const straight = (f: Factor, rows: number, columns: number): Factor =>
    f.transposed && (rows === 1 || columns === 1) ? { ...f, transposed: false } : f;
  const a = straight(left, m, k);
  const b = straight(right, k, n);
  if (!swapped) return { left: a, right: b, rows: m, depth: k, columns: n, swapped };
  const flip = (f: Factor, rows: number, columns: number) =>
    straight({ ...f, transposed: !f.transposed }, rows, columns);
  return { left: flip(b, n, k), right: flip(a, k, m), rows: n, depth: k, columns: m, swapped };
}
