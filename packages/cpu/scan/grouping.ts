import { type ByWord, type Code, type Func, type Local, namedFunc } from "@spikeloop/expr/wasm";
import { chunkedGroup, lateralChunks, memoized } from "@spikeloop/backend";

/**
 * How the lateral current of a group is computed:
 * - `none`: units are not connected;
 * - `table`: partial sums of weights looked up by which units of a chunk spiked;
 * - `rows`: a row of weights added per spike;
 * - `dense`: the full product, where outputs are not just 0 and 1.
 */
export type Form = "none" | "table" | "rows" | "dense";

function makeGrouping(group: number, binary: boolean) {
  const connected = !binary ? "dense" : group <= chunkedGroup ? "table" : "rows";
  const form: Form = group === 0 ? "none" : connected;
  const vectors = Math.ceil(group / 4);
  // Rows of a few vectors get a stride that divides a cache line, so that none straddles two.
  const rowBytes = vectors === 3 ? 64 : 16 * vectors;
  const chunks: readonly number[] = lateralChunks(group);
  const chunkBytes: number[] = [];
  let tableBytes = form === "table" ? 0 : rowBytes * (1 + group);
  for (let c = 0; form === "table" && c + 1 < chunks.length; c++) {
    chunkBytes.push(tableBytes);
    tableBytes += rowBytes << (chunks[c + 1] - chunks[c]);
  }
  return {
    /** P; 0 where units are not connected. */
    group,
    /** Outputs are 0 or 1. */
    binary,
    form,
    /** Vectors of 4 that hold P numbers. */
    vectors,
    /** Bytes from one row of P weights, or of their gradients, to the next. */
    rowBytes,
    /** Where the chunks of the sum start, and P. */
    chunks,
    /** Where each chunk's table starts, in bytes from the group's. */
    chunkBytes,
    /** Bytes of a group's tables, or of its bias and weights by source. */
    tableBytes,
    /** Bytes of a group's gradients: a row for the bias, then one per source unit. */
    gradientBytes: rowBytes * (1 + group),
  } as const;
}

/** Everything about a group of P units that a kernel has as constants. */
export type Grouping = ReturnType<typeof makeGrouping>;

const groupings = /* @__PURE__ */ memoized(
  (_: unknown, [group, binary]) => makeGrouping(group, binary === 1),
  64,
);

/** The grouping by `group` units: the same object again, by which kernels are known. */
export function groupingOf(group: number, binary: boolean): Grouping {
  return groupings(groupingOf, [group, Number(binary)]);
}

/** Makes a function once that is the same in all modules: a new neuron waits for its code. */
export function once(make: () => Func): () => Func {
  let fn: Func | undefined;
  return () => fn ??= make();
}

/**
 * A function with named parameters, the same for all neurons of a grouping, from its code. Where
 * units are not connected it is empty.
 */
export function groupingFunc<Text extends string>(
  name: string,
  params: Text,
  write: (fn: Func, grouping: Grouping, p: ByWord<Text, Local>) => Code,
): (grouping: Grouping) => Func {
  return memoized((grouping) => {
    const { fn, p } = namedFunc(name, params);
    return grouping.form === "none" ? fn : fn.emit(write(fn, grouping, p));
  });
}
