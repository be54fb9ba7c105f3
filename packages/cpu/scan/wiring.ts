import { type ByWord, type Code, type Func, type Local, namedFunc } from "@spikeloop/expr/wasm";
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
  /** Bytes of a row of gradients, and of a group's: one for its bias, then one per source unit. */
  readonly gradientRow: number;
  readonly gradientBytes: number;
}

/** How many sizes of groups are remembered. */
const knownWirings = 64;

const known = memoized((_: typeof lateralChunks, [group, isBinary]): Wiring => {
  const binary = isBinary === 1;
  const form = group === 0 ? "none" : !binary ? "dense" : group <= chunkedGroup ? "table" : "rows";
  const vectors = Math.ceil(group / 4);
  const gradientRow = 16 * vectors;
  // Rows of a few vectors get a stride that divides a cache line, so that none straddles two.
  const rowBytes = vectors === 3 ? 64 : gradientRow;
  const chunks = lateralChunks(group);
  const chunkBytes: number[] = [];
  let tableBytes = 0;
  if (form === "table") {
    for (let c = 0; c + 1 < chunks.length; c++) {
      chunkBytes.push(tableBytes);
      tableBytes += rowBytes << (chunks[c + 1] - chunks[c]);
    }
  } else tableBytes = rowBytes * (1 + group);
  const gradientBytes = gradientRow * (1 + group);
  // deno-fmt-ignore
  return {
    group, binary, form, vectors, rowBytes, chunks, chunkBytes, tableBytes, gradientRow, gradientBytes,
  };
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

/**
 * A function with named parameters, the same for all neurons of a wiring, from its code. Where
 * units are not connected it is empty.
 */
export function wiringFunc<Text extends string>(
  name: string,
  params: Text,
  write: (fn: Func, wiring: Wiring, p: ByWord<Text, Local>) => Code,
): (wiring: Wiring) => Func {
  return oncePerWiring((wiring) => {
    const { fn, p } = namedFunc(name, params);
    return wiring.form === "none" ? fn : fn.emit(write(fn, wiring, p));
  });
}
