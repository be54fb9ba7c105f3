// What the cotangent of a slab's lateral currents gives back: to the outputs that sent them, and to the weights.
import { type Code, f32x4, type Func, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import { forSpikes, vectorBlocks } from "./emit_send.ts";
import { namedFunc, times } from "./func.ts";
import { storeUnits, walkPopulations } from "./populations.ts";
import type { Wiring } from "./wiring.ts";

/** Most vectors whose sums are held at once. */
const heldVectors = 8;

/** How many rows share every weight that is read, and how many vectors of each are summed at a time. */
function sharing(vectors: number): { readonly rows: number; readonly held: number } {
  const held = Math.ceil(vectors / Math.ceil(vectors / 4));
  return { rows: held < 4 ? 4 : 2, held };
}

/** The sums of a block of vectors over all targets, for several rows. */
function pullBlock(
  fn: Func,
  group: number,
  at: Readonly<Record<"g" | "pulled", readonly Local[]>>,
  weight: Local,
  sums: readonly (readonly Local[])[],
  offset: Local,
  first: number,
): Code {
  const [row, target] = fn.localArray("i32", 2);
  const value = fn.local("v128");
  const weights = fn.localArray("v128", sums[0].length);
  const g = fn.localArray("i32", at.g.length);
  const one = (isFirst: boolean) => [
    ...weights.flatMap((w, i) => w.set(v128.load(row.get, 16 * i))),
    ...sums.flatMap((sum, r) => [
      ...value.set(v128.load32Splat(g[r].get)),
      ...sum.flatMap((s, i) => {
        const product = f32x4.mul(weights[i].get, value.get);
        return s.set(isFirst ? product : f32x4.add(s.get, product));
      }),
    ]),
  ];
  const next = [...row.increment(4 * group), ...g.flatMap((l) => l.increment(4))];
  const others = group <= unrolledUnits
    ? times(group - 1, () => [...next, ...one(false)])
    : fn.loop(target, 1, group, 1, [next, one(false)]);
  return [
    ...row.set(i32.add(weight.get, offset.get)),
    ...g.flatMap((l, r) => l.set(at.g[r].get)),
    ...one(true),
    ...others,
    ...sums.flatMap((sum, r) => [
      ...row.set(i32.add(at.pulled[r].get, offset.get)),
      ...sum.flatMap((s, i) => storeUnits(fn, row, s.get, 4 * i, group - first)),
    ]),
  ];
}

/** Up to so many targets are written out; more are a loop. */
const unrolledUnits = 8;

/** `pull(g, pulled, weight, rows, pops)`: pulled = Wᵀ · g per population, summed over targets in ascending order. */
export function emitPull(wiring: Wiring): Func {
  const { fn, p } = namedFunc("pull", ["g", "pulled", "weight", "rows", "pops"]);
  if (wiring.form === "none") return fn;
  const { group, vectors } = wiring;
  const shared = sharing(vectors);
  const locals = fn.localArray("v128", Math.max(heldVectors, shared.rows * shared.held));
  const sumsOf = (rows: number, count: number) =>
    Array.from({ length: rows }, (_, r) => locals.slice(r * count, (r + 1) * count));
  fn.emit(walkPopulations({
    fn,
    group,
    rows: p.rows,
    pops: p.pops,
    arrays: { g: { start: p.g, unitSize: 4 }, pulled: { start: p.pulled, unitSize: 4 } },
    blocks: [shared.rows, 1],
    body: (at) => {
      const rows = at.g.length;
      return vectorBlocks(
        fn,
        vectors,
        rows === 1 ? heldVectors : shared.held,
        (count, offset, first) =>
          pullBlock(fn, group, at, p.weight, sumsOf(rows, count), offset, first),
      );
    },
    after: p.weight.increment(4 * group * group),
  }));
  return fn;
}

/** Bytes of a row of gradients, and of a population's: that of its bias, then that of the weights from each source. */
export function gradientBytes(
  { group, vectors }: Wiring,
): { readonly row: number; readonly population: number } {
  return { row: 16 * vectors, population: 16 * vectors * (1 + group) };
}

/** Adds the population's cotangent, times `factor`, to a row of its gradient. */
function addToRow(
  fn: Func,
  wiring: Wiring,
  held: readonly Local[],
  g: Local,
  row: Local,
  factor?: Local,
): Code {
  const from = fn.local("i32");
  const scaled = (vector: Code) => factor === undefined ? vector : f32x4.mul(vector, factor.get);
  if (held.length > 0) {
    return times(
      held.length,
      (i) =>
        v128.store(row.get, f32x4.add(v128.load(row.get, 16 * i), scaled(held[i].get)), 16 * i),
    );
  }
  return [
    ...from.set(g.get),
    ...vectorBlocks(fn, wiring.vectors, heldVectors, (count) => [
      ...times(count, (i) =>
        v128.store(
          row.get,
          f32x4.add(v128.load(row.get, 16 * i), scaled(v128.load(from.get, 16 * i))),
          16 * i,
        )),
      ...from.increment(16 * count),
      ...row.increment(16 * count),
    ]),
  ];
}

/**
 * `collect(bits, out, g, gradient, rows, pops)`: adds g of every row of a slab to the gradient of the bias, and
 * g ⊗ output to that of the weights, which is kept by source. Where outputs are binary, it adds a row per spike.
 */
export function emitCollect(wiring: Wiring): Func {
  const { fn, p } = namedFunc("collect", ["bits", "out", "g", "gradient", "rows", "pops"]);
  if (wiring.form === "none") return fn;
  const { group, vectors } = wiring;
  const bytes = gradientBytes(wiring);
  const [target, source, weights] = fn.localArray("i32", 3);
  const isHeld = vectors <= heldVectors;
  const held = fn.localArray("v128", isHeld ? vectors : 0);
  const bias = fn.localArray("v128", isHeld ? vectors : 0);
  const value = fn.local("v128");
  const addDense = (g: Local, out: Local) => [
    ...source.set(weights.get),
    ...fn.loop(target, out.get, i32.add(out.get, i32.const(4 * group)), 4, [
      value.set(v128.load32Splat(target.get)),
      addToRow(fn, wiring, held, g, source, value),
      isHeld ? source.increment(bytes.row) : [], // the loop over large rows moves it itself
    ]),
  ];
  const addSpikes = (g: Local, bit: Local) =>
    forSpikes(fn, group, p.bits, bit, (unit) => [
      ...source.set(i32.add(weights.get, i32.mul(unit.get, i32.const(bytes.row)))),
      ...addToRow(fn, wiring, held, g, source),
    ]);
  fn.emit(walkPopulations({
    fn,
    group,
    rows: p.rows,
    pops: p.pops,
    arrays: {
      g: { start: p.g, unitSize: 4 },
      out: { start: p.out, unitSize: 4 },
      bit: { start: fn.local("i32"), unitSize: 1 },
    },
    blocks: [1],
    before: [
      ...weights.set(i32.add(p.gradient.get, i32.const(bytes.row))),
      ...times(bias.length, (i) => bias[i].set(v128.load(p.gradient.get, 16 * i))),
    ],
    body: ({ g: [g], out: [out], bit: [bit] }) => [
      ...times(held.length, (i) => [
        ...held[i].set(v128.load(g.get, 16 * i)),
        ...bias[i].set(f32x4.add(bias[i].get, held[i].get)),
      ]),
      ...(isHeld ? [] : [...source.set(p.gradient.get), ...addToRow(fn, wiring, held, g, source)]),
      ...(wiring.form === "dense" ? addDense(g, out) : addSpikes(g, bit)),
    ],
    after: [
      ...times(bias.length, (i) => v128.store(p.gradient.get, bias[i].get, 16 * i)),
      ...p.gradient.increment(bytes.population),
    ],
  }));
  return fn;
}

/** `unpack(gradient, weight, bias, pops)`: gradients as `collect` keeps them, turned into [D, 1, P] and [D]. */
export function emitUnpack(wiring: Wiring): Func {
  const { fn, p } = namedFunc("unpack", ["gradient", "weight", "bias", "pops"]);
  const { group } = wiring;
  const bytes = gradientBytes(wiring);
  const [pop, source, target, from] = fn.localArray("i32", 4);
  fn.emit(fn.loop(pop, 0, p.pops.get, 1, [
    fn.loop(target, 0, 4 * group, 4, [
      from.set(i32.add(p.gradient.get, target.get)),
      i32.store(p.bias.get, i32.load(from.get)),
      p.bias.increment(4),
      fn.loop(source, 0, 4 * group, 4, [
        from.increment(bytes.row),
        i32.store(i32.add(p.weight.get, source.get), i32.load(from.get)),
      ]),
      p.weight.increment(4 * group),
    ]),
    p.gradient.increment(bytes.population),
  ]));
  return fn;
}
