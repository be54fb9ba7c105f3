// A few rows of spikes times weights that stay: a network that acts, one observation after another. Bringing all of the
// weights into the scratch memory would take longer than the product.
import type { MatmulSpec } from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { copy, scratch } from "../scratch.ts";
import { transpose } from "../transpose.ts";
import { addBlock } from "./add_block.ts";
import { matmulKernels } from "./kernels.ts";
import { blockLength, places } from "./layout.ts";
import { finishProduct, type Staged, storeProduct } from "./stage.ts";

/** Rows up to which only some weights are needed. */
const fewest = 32;

/** Weights from which on their transpose is worth keeping. */
const worthKeeping = 1 << 12;

/** At the third such product with the same weights, their transpose is kept as long as they are. */
const patience = 2;

/** Most rows of weights brought into the scratch memory at a time. */
const deepest = 1024;

/** Zeros are skipped. */
const way = { binary: true, below: 1, finite: true };

interface Met {
  times: number;
  transposed: Float32Array | undefined;
}

const met = new WeakMap<Float32Array, Met>();

/** The transpose [k, n] of weights [n, k] that have been met before. */
function keptTranspose(weights: Float32Array, n: number, k: number): Float32Array | undefined {
  let known = met.get(weights);
  if (known === undefined) met.set(weights, known = { times: 0, transposed: undefined });
  if (known.times++ < patience) return undefined;
  if (known.transposed === undefined) {
    known.transposed = allocate(weights.length);
    transpose(weights, 0, [{ extent: n, stride: k }, { extent: k, stride: 1 }], known.transposed);
  }
  return known.transposed;
}

/** The columns of [rows, columns] in which there is a spike. */
function spikedColumns(spikes: Float32Array, rows: number, columns: number): number[] {
  const found: number[] = [];
  for (let column = 0; column < columns; column++) {
    for (let at = column; at < rows * columns; at += columns) {
      if (spikes[at] === 0) continue;
      found.push(column);
      break;
    }
  }
  return found;
}

/**
 * Spikes [m, k] times weights [n, k] transposed, plus a bias, from the rows of the kept transpose that are needed;
 * undefined where the product is of another kind or the weights have not been met often enough.
 */
export function multiplyFewSpikes(
  { batch, m, k, n, transposeA, transposeB, binaryA }: MatmulSpec,
  spikes: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
): Float32Array | undefined {
  if (!binaryA || transposeA || !transposeB || batch !== 1 || m === 0 || m > fewest) {
    return undefined;
  }
  if (n * k < worthKeeping || n * m > blockLength) return undefined;
  const rows = keptTranspose(weights, n, k);
  if (rows === undefined) return undefined;
  const memory = scratch();
  const { floats } = memory;
  const kernels = matmulKernels();
  const columns = spikedColumns(spikes, m, k);
  const most = Math.min(deepest, Math.floor(blockLength / n));
  const staged = (at: number, width: number): Staged => ({
    at: 4 * at,
    rowStep: 4 * width,
    columnStep: 4,
    plain: 4 * at,
  });
  let from = 0;
  do {
    const depth = Math.min(most, columns.length - from);
    for (let i = 0; i < depth; i++) {
      const column = columns[from + i];
      copy(rows, column * n, n, floats, places.right + i * n);
      for (let r = 0; r < m; r++) floats[places.left + r * depth + i] = spikes[r * k + column];
    }
    const [a, b] = [staged(places.left, depth), staged(places.right, n)];
    addBlock(kernels, way, a, b, [m, depth, n], from > 0);
    from += depth;
  } while (from < columns.length);
  const result = allocate(m * n);
  const finished = finishProduct(memory, kernels, false, [m, n], bias);
  storeProduct(floats, finished, result, 0, n);
  return result;
}
