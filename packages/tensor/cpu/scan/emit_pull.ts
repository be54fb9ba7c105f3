// What the cotangent of a slab's lateral currents gives back: to the outputs that sent them, and to the weights.
import { type Code, f32x4, type Func, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import { forSpikes, vectorBlocks } from "./emit_send.ts";
import { namedFunc, times } from "./func.ts";
import type { Wiring } from "./wiring.ts";

/** Up to so many products per population are written out; more are a loop. */
const unrolledUnits = 16;

/** Most vectors whose sums are held at once. */
const heldVectors = 8;

function pullPopulation(
  fn: Func,
  { group, vectors }: Wiring,
  p: Readonly<Record<"g" | "pulled", Local>>,
  weight: Local,
): Code {
  const sums = fn.localArray("v128", Math.min(heldVectors, vectors));
  const [value, row, g, to] = [
    fn.local("v128"),
    fn.local("i32"),
    fn.local("i32"),
    fn.local("i32"),
  ];
  const product = (at: Local, i: number, offset: number) =>
    f32x4.mul(v128.load(at.get, offset + 16 * i), value.get);
  return vectorBlocks(fn, vectors, heldVectors, (count, offset) => {
    const first = [
      ...row.set(i32.add(weight.get, offset.get)),
      ...value.set(v128.load32Splat(p.g.get)),
      ...times(count, (i) => sums[i].set(product(row, i, 0))),
    ];
    const add = (rowOffset: number) =>
      times(count, (i) => sums[i].set(f32x4.add(sums[i].get, product(row, i, rowOffset))));
    const others = group <= unrolledUnits
      ? times(group - 1, (j) => [
        ...value.set(v128.load32Splat(p.g.get, 4 * (j + 1))),
        ...add(4 * group * (j + 1)),
      ])
      : fn.loop(g, i32.add(p.g.get, i32.const(4)), i32.add(p.g.get, i32.const(4 * group)), 4, [
        row.increment(4 * group),
        value.set(v128.load32Splat(g.get)),
        add(0),
      ]);
    return [
      ...first,
      ...others,
      ...to.set(i32.add(p.pulled.get, offset.get)),
      ...times(count, (i) => v128.store(to.get, sums[i].get, 16 * i)),
    ];
  });
}

/**
 * `pull(g, pulled, weight, rows, pops)`: pulled = Wᵀ · g per population, summed over targets in ascending order. It
 * may write up to 3 numbers past the last one.
 */
export function emitPull(wiring: Wiring): Func {
  const { fn, p } = namedFunc("pull", ["g", "pulled", "weight", "rows", "pops"]);
  const [row, pop, weight] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
  if (wiring.form === "none") return fn;
  const one = pullPopulation(fn, wiring, p, weight);
  fn.emit(fn.loop(row, 0, p.rows.get, 1, [
    weight.set(p.weight.get),
    fn.loop(pop, 0, p.pops.get, 1, [
      one,
      weight.increment(4 * wiring.group * wiring.group),
      p.g.increment(4 * wiring.group),
      p.pulled.increment(4 * wiring.group),
    ]),
  ]));
  return fn;
}

/** Bytes of a row of weight gradients, and of a population's. */
export function gradientBytes(
  { group, vectors }: Wiring,
): { readonly row: number; readonly population: number } {
  return { row: 16 * vectors, population: 16 * vectors * group };
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
 * `collect(bits, out, g, gradient, rows, pops)`: adds g ⊗ output of every row of a slab to the gradient of the weights,
 * which is kept by source: [population][source][target]. Where outputs are binary, a row per spike.
 */
export function emitCollect(wiring: Wiring): Func {
  const { fn, p } = namedFunc("collect", ["bits", "out", "g", "gradient", "rows", "pops"]);
  if (wiring.form === "none") return fn;
  const { group, vectors } = wiring;
  const bytes = gradientBytes(wiring);
  const [row, pop, bit, gradient] = fn.localArray("i32", 4);
  const [target, source] = fn.localArray("i32", 2);
  const held = fn.localArray("v128", vectors <= heldVectors ? vectors : 0);
  const value = fn.local("v128");
  const one = wiring.form === "dense"
    ? [
      ...source.set(gradient.get),
      ...fn.loop(
        target,
        p.out.get,
        i32.add(p.out.get, i32.const(4 * group)),
        4,
        [
          value.set(v128.load32Splat(target.get)),
          addToRow(fn, wiring, held, p.g, source, value),
          held.length > 0 ? source.increment(bytes.row) : [], // the loop over large rows moves it itself
        ],
      ),
    ]
    : forSpikes(fn, group, p.bits, bit, (unit) => [
      ...source.set(i32.add(gradient.get, i32.mul(unit.get, i32.const(bytes.row)))),
      ...addToRow(fn, wiring, held, p.g, source),
    ]);
  fn.emit(fn.loop(row, 0, p.rows.get, 1, [
    gradient.set(p.gradient.get),
    fn.loop(pop, 0, p.pops.get, 1, [
      times(held.length, (i) => held[i].set(v128.load(p.g.get, 16 * i))),
      one,
      gradient.increment(bytes.population),
      bit.increment(group),
      p.g.increment(4 * group),
      p.out.increment(4 * group),
    ]),
  ]));
  return fn;
}

/** `unpack(gradient, weight, pops)`: the gradient by source, turned into [D, 1, P]. */
export function emitUnpack(wiring: Wiring): Func {
  const { fn, p } = namedFunc("unpack", ["gradient", "weight", "pops"]);
  const { group } = wiring;
  const bytes = gradientBytes(wiring);
  const [pop, source, target, from] = fn.localArray("i32", 4);
  fn.emit(fn.loop(pop, 0, p.pops.get, 1, [
    fn.loop(target, 0, 4 * group, 4, [
      from.set(i32.add(p.gradient.get, target.get)),
      fn.loop(source, 0, 4 * group, 4, [
        i32.store(i32.add(p.weight.get, source.get), i32.load(from.get)),
        from.increment(bytes.row),
      ]),
      p.weight.increment(4 * group),
    ]),
    p.gradient.increment(bytes.population),
  ]));
  return fn;
}
