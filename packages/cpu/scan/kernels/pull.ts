// From the cotangents of a slab's lateral currents to those of the outputs that sent them.
import { f32x4, i32, type Local, storeLanes, v128 } from "@spikeloop/expr/wasm";
import { panelWidth } from "../../matrix.ts";
import { groupingFunc } from "../grouping.ts";
import { vectorRuns, walkGroups } from "./walk_groups.ts";

export const pullParams = "g gPulled weight rows groups";

type Run = readonly [count: number, offset: Local, first: number];

type Rows = Readonly<Record<"g" | "gPulled", readonly Local[]>>;

/** `pull(g, gPulled, weight, rows, groups)`: Wᵀ · g per group, targets in ascending order. */
export const pull = groupingFunc("pull", pullParams, (fn, { group, vectors }, p) => {
  // How many rows share every weight that is read: their sums stay in registers.
  const sharing = vectors < panelWidth / 4 ? 4 : 2;
  const locals = fn.localArray("v128", sharing * panelWidth / 4);
  // The sums of a run of vectors over all targets, for several rows. Its weights to a target are
  // `rowBytes` past those to the one before.
  const pullRun = (at: Rows, [count, offset, first]: Run, weight: Local, rowBytes: number) => {
    const sums = at.g.map((_, r) => locals.slice(r * count, (r + 1) * count));
    const [row, target] = fn.localArray("i32", 2);
    const value = fn.local("v128");
    const weights = fn.localArray("v128", count);
    const g = fn.localArray("i32", at.g.length);
    // The share of the target that pointers are at.
    const one = (isFirst: boolean) => [
      ...weights.flatMap((w, i) => w.set(v128.load(row, 16 * i))),
      ...sums.flatMap((sum, r) => [
        ...value.set(v128.load32Splat(g[r])),
        ...sum.flatMap((s, i) => {
          const product = f32x4.mul(weights[i], value);
          return s.set(isFirst ? product : f32x4.add(s, product));
        }),
      ]),
    ];
    const next = [...row.increment(rowBytes), ...g.flatMap((l) => l.increment(4))];
    return [
      ...row.set(weight),
      ...g.flatMap((l, r) => l.set(at.g[r])),
      ...one(true),
      ...fn.loop(target, 1, group, 1, [next, one(false)]),
      ...sums.flatMap((sum, r) => [
        ...row.set(i32.add(at.gPulled[r], offset)),
        ...sum.flatMap((s, i) => storeLanes(fn, row, s.get, group - first - 4 * i, 16 * i)),
      ]),
    ];
  };
  const [g, gPulled, weight] = fn.localArray("i32", 3);
  // A panel for all rows, so that it stays in the first-level cache.
  return vectorRuns(fn, vectors, panelWidth / 4, (...run) => [
    ...g.set(p.g),
    ...gPulled.set(p.gPulled),
    ...weight.set(i32.add(p.weight, i32.mul(run[1], group))),
    ...walkGroups(fn, group, p, {
      arrays: { g: [g, 4], gPulled: [gPulled, 4] },
      rowCounts: [sharing, 1],
      body: (at) => pullRun(at, run, weight, 4 * Math.min(panelWidth, group - run[2])),
      after: weight.increment(4 * group * group),
    }),
  ]);
});
