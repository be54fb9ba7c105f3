// A few rows of spikes times weights that stay: a network that acts, one observation after another.
// Copying all of the weights into the staging memory would take longer than the product.
import type { MatmulSpec } from "@spikeloop/backend";
import { allocate } from "../allocate.ts";
import { copy } from "../staging.ts";
import { cpuGather } from "../movement.ts";
import { addBlock } from "./add_block.ts";
import { workspaceOf } from "./kernels.ts";
import { blockLength, places } from "./layout.ts";
import type { Target } from "./plan.ts";
import { stagedRows, storeProduct } from "./stage.ts";

/**
 * Most rows of spikes: with more, nearly all of the weights are needed, and collecting them only
 * pays where there are many.
 */
const mostRows = (weights: number) => weights > 1 << 17 ? 32 : 8;

/** Weights from which on their transpose is worth keeping. */
const worthKeeping = 1 << 12;

/** The transposes of weights, as long as these live; null after their first use. */
const transposes = /* @__PURE__ */ new WeakMap<Float32Array, Float32Array | null>();

/** The transpose [k, n] of weights [n, k], from their second use on. */
function keptTranspose(weights: Float32Array, n: number, k: number): Float32Array | null {
  const known = transposes.get(weights);
  if (known) return known;
  const view = { storage: weights, offset: 0, shape: [k, n], strides: [1, k] };
  const transpose = known === null ? cpuGather(view, allocate) : null;
  transposes.set(weights, transpose);
  return transpose;
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
 * Spikes [m, k] times weights [n, k] transposed, plus a bias, from the needed rows of the kept
 * transpose; undefined where the product is of another kind or the weights are too new.
 */
export function multiplyFewSpikes(
  { batch, m, k, n, transposeA, transposeB, binaryA }: MatmulSpec,
  spikes: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
  relu?: boolean,
): Float32Array | undefined {
  if (!binaryA || transposeA || !transposeB || batch !== 1 || m === 0) return undefined;
  if (m > mostRows(n * k) || n * k < worthKeeping || n * m > blockLength) return undefined;
  const rows = keptTranspose(weights, n, k);
  if (rows === null) return undefined;
  const workspace = workspaceOf(0);
  const { floats } = workspace;
  const columns = spikedColumns(spikes, m, k);
  const most = Math.floor(blockLength / Math.max(m, n));
  const place = { from: places.product, stride: n };
  let from = 0;
  do {
    const depth = Math.min(most, columns.length - from);
    for (let i = 0; i < depth; i++) {
      const column = columns[from + i];
      copy(rows, column * n, n, floats, places.right + i * n);
      for (let r = 0; r < m; r++) floats[places.left + r * depth + i] = spikes[r * k + column];
    }
    const a = stagedRows(places.left, depth), b = stagedRows(places.right, n);
    addBlock(workspace, "spikes", a, b, m, depth, n, from > 0, place);
    from += depth;
  } while (from < columns.length);
  const result = allocate(m * n);
  const target: Target = { result, at: 0, bias, relu, rows: m, columns: n, swapped: false };
  storeProduct(workspace, target, { row: 0, column: 0, rows: m, columns: n }, place);
  return result;
}
