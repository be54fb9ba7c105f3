// Gradients of what the steps of a binding share, from what each step left.
import { instantiate, type WasmFunction } from "@spikeloop/expr/wasm";
import { inGradientOrder, memoized, slabRows, sumsBySets } from "@spikeloop/backend";
import type { LateralGradients, Skeletons, Storage } from "@spikeloop/backend";
import { copyOf } from "../allocate.ts";
import { borrow } from "../source.ts";
import { type Grouping, groupingOf } from "./grouping.ts";
import { addRows, bits, collect, merge } from "./kernels/gradient.ts";
import { unpack } from "./kernels/rows.ts";
import { scanMemory, TileLayout } from "./memory.ts";

const functionsOf = memoized(
  (grouping: Grouping, [bySets]): Readonly<Record<string, WasmFunction>> => {
    const sums = [collect(grouping, bySets === 1), merge(grouping), unpack(grouping)];
    return instantiate([bits(), addRows(), ...sums], scanMemory().memory);
  },
  2,
);

/** See `Skeletons.lateralGradient`. */
export const cpuLateralGradient: Skeletons["lateralGradient"] = (
  records,
  extents,
): LateralGradients => {
  const { batch, units, group, binary } = extents;
  const grouping = groupingOf(group, binary);
  const bySets = sumsBySets(extents);
  const { bits, addRows, collect, merge, unpack } = functionsOf(grouping, [Number(bySets)]);
  const memory = scanMemory();
  const layout = new TileLayout(memory.tileStart);
  const slabBytes = 4 * units * Math.min(batch, slabRows(units));
  const [gAt, outAt, bitsAt] = [slabBytes, slabBytes, slabBytes / 32 + 16].map((b) =>
    layout.place(b)
  );
  const groups = units / group;
  const sumBytes = groups * grouping.gradientBytes;
  const part = layout.place(sumBytes);
  const total = layout.place(sumBytes);
  const sets = layout.place(bySets ? groups * grouping.tableBytes : 0);
  const weightAt = layout.place(4 * units * group);
  const biasAt = layout.place(4 * units);
  memory.reserve(layout.end);
  const { floats } = memory;
  floats.fill(0, part / 4, weightAt / 4);
  inGradientOrder(batch, units, (row, rows) => {
    const [first, end] = [row * units, (row + rows) * units];
    for (const { lateral, out } of records) {
      floats.set(borrow(lateral).subarray(first, end), gAt / 4);
      floats.set(borrow(out).subarray(first, end), outAt / 4);
      if (binary) bits(outAt, bitsAt, 4 * (end - first));
      collect(bitsAt, outAt, gAt, bySets ? sets : part, rows, groups);
    }
  }, () => {
    if (bySets) merge(sets, part, groups);
    addRows(part, total, 1, sumBytes);
    floats.fill(0, part / 4, (part + sumBytes) / 4);
  });
  unpack(total, weightAt, biasAt, groups);
  return {
    weight: copyOf(floats.subarray(weightAt / 4, weightAt / 4 + units * group)),
    bias: copyOf(floats.subarray(biasAt / 4, biasAt / 4 + units)),
  };
};

/** See `Skeletons.paramGradient`. */
export function cpuParamGradient(rows: readonly Storage[], batch: number, units: number): Storage {
  const { addRows } = functionsOf(groupingOf(0, true), [0]);
  const memory = scanMemory();
  const layout = new TileLayout(memory.tileStart);
  const from = layout.place(4 * units * Math.min(batch, slabRows(units)));
  const part = layout.place(4 * units);
  const total = layout.place(4 * units);
  memory.reserve(layout.end);
  const { floats } = memory;
  floats.fill(0, part / 4, layout.end / 4);
  inGradientOrder(batch, units, (row, count) => {
    for (const gradient of rows) {
      floats.set(borrow(gradient).subarray(row * units, (row + count) * units), from / 4);
      addRows(from, part, count, 4 * units);
    }
  }, () => {
    addRows(part, total, 1, 4 * units);
    floats.fill(0, part / 4, part / 4 + units);
  });
  return copyOf(floats.subarray(total / 4, total / 4 + units));
}
