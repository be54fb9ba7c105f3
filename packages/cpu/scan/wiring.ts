import { chunkedGroup, lateralChunks } from "@spikeloop/backend";
import { memoized } from "../memo.ts";

/**
 * How the lateral current of a group is computed:
 * - `none`: units are not connected;
 * - `table`: partial sums of weights looked up by which units of a chunk spiked;
 * - `rows`: a row of weights added per spike;
 * - `dense`: the full product, where outputs are not just 0 and 1.
 */
export type Form = "none" | "table" | "rows" | "dense";

/** Everything about a group of P units that a kernel has as constants. */
export interface Wiring {
  /** P; 0 where units are not connected. */
  readonly group: number;
  /** Outputs are 0 or 1. */
  readonly binary: boolean;
  /** How lateral currents are computed. */
  readonly form: Form;
  /** Vectors of 4 that hold P numbers. */
  readonly vectors: number;
  /** Bytes from one row of P numbers to the next. */
  readonly rowBytes: number;
  /** Where the chunks of the sum start, and P. */
  readonly chunks: readonly number[];
  /** Where each chunk's table starts, in bytes from the group's. */
  readonly chunkBytes: readonly number[];
  /** Bytes of a group's tables, or of its bias and weights by source. */
  readonly tableBytes: number;
}

/** Rows of a few vectors get a stride that divides a cache line, so that none straddles two. */
function strideOf(vectors: number): number {
  return 16 * (vectors === 3 ? 4 : vectors);
}

/** How many sizes of groups are remembered. */
const knownWirings = 64;

const known = memoized((_: typeof lateralChunks, [group, isBinary]): Wiring => {
  const binary = isBinary === 1;
  const form = group === 0 ? "none" : !binary ? "dense" : group <= chunkedGroup ? "table" : "rows";
  const vectors = Math.ceil(group / 4);
  const rowBytes = strideOf(vectors);
  const chunks = lateralChunks(group);
  const chunkBytes: number[] = [];
  let tableBytes = 0;
  if (form === "table") {
    for (let c = 0; c + 1 < chunks.length; c++) {
      chunkBytes.push(tableBytes);
      tableBytes += rowBytes << (chunks[c + 1] - chunks[c]);
    }
  } else tableBytes = rowBytes * (1 + group);
  return { group, binary, form, vectors, rowBytes, chunks, chunkBytes, tableBytes };
}, knownWirings);

let latest: Wiring | undefined;

/** The wiring of groups of `group` units: the same object again, by which tables are known. */
export function wiringOf(group: number, binary: boolean): Wiring {
  if (latest?.group === group && latest.binary === binary) return latest;
  return latest = known(lateralChunks, [group, Number(binary)]);
}

/** Remembers what is made of a wiring, such as code that serves all neurons. */
export function oncePerWiring<Value>(make: (wiring: Wiring) => Value): (wiring: Wiring) => Value {
  const values = memoized(make, 1);
  return (wiring) => values(wiring, []);
}
