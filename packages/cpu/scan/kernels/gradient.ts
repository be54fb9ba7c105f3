// Gradients of weights and biases from the cotangents of lateral currents, and sums over rows.
import { f32x4, i32, namedFunc, packMasks, times, v128 } from "@spikeloop/expr/wasm";
import type { Code, Func, Local } from "@spikeloop/expr/wasm";
import { type Grouping, groupingFunc, once } from "../grouping.ts";
import { addTo, bitsAt, lookup } from "./lookup.ts";
import { forSpikes } from "./send.ts";
import { registerVectors, vectorRuns, walkGroups } from "./walk_groups.ts";

/**
 * The parameters of `collect`, which adds the cotangents g of every row of a slab to sums of
 * gradients: outputs as bits and as numbers, cotangents, where to add.
 */
export const collectParams = "bits out g gradient rows groups";

/** `collect(...)` to the sums of the sets that spiked, one per chunk, as tables of weights lie. */
const collectBySets = groupingFunc("collect", collectParams, (fn, grouping, p) => {
  const { group, vectors, tableBytes } = grouping;
  const { add } = lookup(fn, grouping);
  const cotangents = fn.localArray("v128", vectors);
  return walkGroups(fn, group, p, {
    arrays: { g: [p.g, 4], bit: [fn.local("i32"), 1] },
    body: ({ g: [g], bit: [bit] }) => [
      ...times(vectors, (i) => cotangents[i].set(v128.load(g, 16 * i))),
      ...add(bitsAt(p.bits, bit), p.gradient, cotangents),
    ],
    after: p.gradient.increment(tableBytes),
  });
});

/**
 * `collect(...)` by sources: adds g to the bias's gradient, and g ⊗ output to the weights'
 * gradient, where outputs are binary a row per spike.
 */
const collectBySources = groupingFunc("collect", collectParams, (fn, grouping, p) => {
  const { group, vectors, rowBytes } = grouping;
  const [target, row, weights, from, to] = fn.localArray("i32", 5);
  const [value, ...cotangents] = fn.localArray("v128", vectors > registerVectors ? 1 : 1 + vectors);
  // Adds the group's cotangent, perhaps times `value`, to a row of its gradient.
  const addToRow = (g: Local, isScaled = false): Code =>
    vectorRuns(fn, vectors, registerVectors, (count, offset) => [
      ...from.set(i32.add(g, offset)),
      ...to.set(i32.add(row, offset)),
      ...times(count, (i) => {
        const vector = cotangents[i]?.get ?? v128.load(from, 16 * i);
        return addTo(to, isScaled ? f32x4.mul(vector, value) : vector, 16 * i);
      }),
    ]);
  const addDense = (g: Local, out: Local) => [
    ...row.set(weights),
    ...fn.loop(target, out, i32.add(out, 4 * group), 4, [
      value.set(v128.load32Splat(target)),
      addToRow(g, true),
      row.increment(rowBytes),
    ]),
  ];
  const addSpikes = (g: Local, bit: Local) =>
    forSpikes(fn, group, p.bits, bit, (unit) => [
      ...row.set(i32.add(weights, i32.mul(unit, rowBytes))),
      ...addToRow(g),
    ]);
  return walkGroups(fn, group, p, {
    arrays: { g: [p.g, 4], out: [p.out, 4], bit: [fn.local("i32"), 1] },
    before: weights.set(i32.add(p.gradient, rowBytes)),
    body: ({ g: [g], out: [out], bit: [bit] }) => [
      ...cotangents.flatMap((vector, i) => vector.set(v128.load(g, 16 * i))),
      ...row.set(p.gradient),
      ...addToRow(g),
      ...(grouping.form === "dense" ? addDense(g, out) : addSpikes(g, bit)),
    ],
    after: p.gradient.increment(grouping.gradientBytes),
  });
});

/** `collect(...)`, by sets or by sources as `sumsBySets` says. */
export function collect(grouping: Grouping, bySets: boolean): Func {
  return (bySets ? collectBySets : collectBySources)(grouping);
}

export const mergeParams = "sets gradient groups";

/** `merge(sets, gradient, groups)`: turns sums by sets into sums by source, and clears them. */
export const merge = groupingFunc("merge", mergeParams, (fn, grouping, p) => {
  if (grouping.form !== "table") return [];
  const { chunks, chunkBytes, rowBytes, vectors, tableBytes, gradientBytes } = grouping;
  const [g, lower, from] = fn.localArray("i32", 3);
  const sums = fn.localArray("v128", vectors);
  const upper = fn.local("v128");
  const source = (c: number, k: number) => [
    ...sums.flatMap((sum) => sum.set(0)),
    ...from.set(i32.add(p.sets, chunkBytes[c])),
    ...fn.loop(lower, from, i32.add(from, rowBytes << k), rowBytes, [
      sums.flatMap((sum, i) => {
        const at = (rowBytes << k) + 16 * i;
        return [
          ...upper.set(v128.load(lower, at)),
          ...sum.set(f32x4.add(sum, upper)),
          ...addTo(lower, upper, 16 * i),
          ...v128.store(lower, 0, at),
        ];
      }),
    ]),
    ...sums.flatMap((sum, i) =>
      v128.store(p.gradient, sum, (1 + chunks[c] + k) * rowBytes + 16 * i)
    ),
  ];
  const empty = (c: number) =>
    times(vectors, (i) => [
      ...(c === 0 ? v128.store(p.gradient, v128.load(p.sets, 16 * i), 16 * i) : []),
      ...v128.store(p.sets, 0, chunkBytes[c] + 16 * i),
    ]);
  return fn.loop(g, 0, p.groups, 1, [
    ...chunkBytes.map((_, c) => {
      const size = chunks[c + 1] - chunks[c];
      return [...times(size, (i) => source(c, size - 1 - i)), ...empty(c)];
    }),
    p.sets.increment(tableBytes),
    p.gradient.increment(gradientBytes),
  ]);
});

export const addRowsParams = "from to rows bytes";

/** `addRows(from, to, rows, bytes)`: adds every row of `from` to the row `to`, in order. */
export const addRows = /* @__PURE__ */ once((): Func => {
  const { fn, p } = namedFunc("addRows", addRowsParams);
  const [row, at] = fn.localArray("i32", 2);
  const [from, to] = [i32.add(p.from, at), i32.add(p.to, at)];
  return fn.emit(fn.loop(row, 0, p.rows, 1, [
    fn.loop(at, 0, p.bytes, 16, addTo(to, v128.load(from))),
    p.from.increment(p.bytes),
  ]));
});

/** `bits(out, bits, bytes)`: a bit per number of `out`, set where it is not 0; 16 at a time. */
export const bits = /* @__PURE__ */ once((): Func => {
  const { fn, p } = namedFunc("bits", "out bits bytes");
  const offset = fn.local("i32");
  const at = i32.add(p.out, offset);
  const masks = [0, 16, 32, 48].map((lane) => f32x4.ne(v128.load(at, lane), 0));
  return fn.emit(fn.loop(offset, 0, p.bytes, 64, [
    i32.store16(p.bits, packMasks(masks)),
    p.bits.increment(2),
  ]));
});
