import { chunkedGroup, lateralChunks } from "@spikeloop/backend";

/**
 * How the lateral current of a population is computed:
 * - `none`: units are not connected;
 * - `table`: partial sums of weights looked up by which units of a chunk spiked;
 * - `rows`: a row of weights added per spike;
 * - `dense`: the full product, where outputs are not just 0 and 1.
 */
export type Form = "none" | "table" | "rows" | "dense";

/** Everything about a population of P units that a kernel has as constants. */
export interface Wiring {
  /** P; 0 where units are not connected. */
  readonly group: number;
  /** How lateral currents are computed. */
  readonly form: Form;
  /** Vectors of 4 that hold P numbers. */
  readonly vectors: number;
  /** Bytes from one row of P numbers to the next. */
  readonly rowBytes: number;
  /** Where the chunks of the sum start, and P. */
  readonly chunks: readonly number[];
  /** Where each chunk's table starts, in bytes from the population's. */
  readonly chunkBytes: readonly number[];
  /** Bytes of a population's tables, or of its bias and weights by source. */
  readonly tableBytes: number;
}

/** Rows of a few vectors get a stride that divides a cache line, so that none straddles two. */
function strideOf(vectors: number): number {
  return 16 * (vectors === 3 ? 4 : vectors);
}

const made = new Map<string, Wiring>();

/** The wiring of populations of `group` units: always the same object, so that tables of weights are known by it. */
export function wiringOf(group: number, binary: boolean): Wiring {
  const key = `${group} ${binary}`;
  let wiring = made.get(key);
  if (wiring === undefined) made.set(key, wiring = makeWiring(group, binary));
  return wiring;
}

function makeWiring(group: number, binary: boolean): Wiring {
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
  return { group, form, vectors, rowBytes, chunks, chunkBytes, tableBytes };
}

/** Remembers what is made of a wiring: code that knows no neuron is emitted once, whatever neurons it serves. */
export function oncePerWiring<Made>(make: (wiring: Wiring) => Made): (wiring: Wiring) => Made {
  const known = new WeakMap<Wiring, { readonly made: Made }>();
  return (wiring) => {
    let kept = known.get(wiring);
    if (kept === undefined) known.set(wiring, kept = { made: make(wiring) });
    return kept.made;
  };
}
