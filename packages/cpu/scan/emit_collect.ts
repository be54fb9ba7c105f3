// What the cotangent of a slab's lateral currents gives to weights and biases.
import { type Code, f32x4, type Func, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import { gradientBytes } from "./emit_gradient.ts";
import { forSpikes, Lookup, vectorBlocks } from "./emit_send.ts";
import { namedFunc, times } from "./func.ts";
import { walkPopulations } from "./populations.ts";
import { oncePerWiring, type Wiring } from "./wiring.ts";

/** Most vectors whose sums are held at once. */
const heldVectors = 8;

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
 * What `collect` is given: outputs as bits and as numbers and cotangents, each at the latest time step, with the
 * distance back to the step before; where to add.
 */
export const collectParams = [
  "steps",
  "bits",
  "bitsStride",
  "out",
  "outStride",
  "g",
  "gStride",
  "gradient",
  "rows",
  "pops",
] as const;

type CollectParams = Readonly<Record<(typeof collectParams)[number], Local>>;

/** Adds g to the sums of the sets that spiked, one per chunk. They are laid out as the tables of weights are. */
function collectBySets(fn: Func, wiring: Wiring, p: CollectParams, bitStride: Local): Code {
  const { group, vectors, tableBytes } = wiring;
  const lookup = new Lookup(fn, wiring);
  const held = fn.localArray("v128", vectors);
  return walkPopulations({
    fn,
    group,
    rows: p.rows,
    pops: p.pops,
    steps: p.steps,
    arrays: {
      g: { start: p.g, unitSize: 4, stride: p.gStride },
      bit: { start: fn.local("i32"), unitSize: 1, stride: bitStride },
    },
    blocks: [1],
    before: lookup.start(p.gradient),
    body: ({ g: [g], bit: [bit] }) => [
      ...lookup.find(p.bits, bit),
      ...times(vectors, (i) => held[i].set(v128.load(g.get, 16 * i))),
      ...lookup.entries.flatMap((entry) =>
        times(vectors, (i) =>
          v128.store(
            entry.get,
            f32x4.add(v128.load(entry.get, 16 * i), held[i].get),
            16 * i,
          ))
      ),
    ],
    after: p.gradient.increment(tableBytes),
  });
}

/** Adds g to the gradient of the bias, and g ⊗ output to that of the weights, which is kept by source. */
function collectBySources(fn: Func, wiring: Wiring, p: CollectParams, bitStride: Local): Code {
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
  return walkPopulations({
    fn,
    group,
    rows: p.rows,
    pops: p.pops,
    steps: p.steps,
    arrays: {
      g: { start: p.g, unitSize: 4, stride: p.gStride },
      out: { start: p.out, unitSize: 4, stride: p.outStride },
      bit: { start: fn.local("i32"), unitSize: 1, stride: bitStride },
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
  });
}

/**
 * `collect(...)`: adds g of every row of a slab, step after step, to sums of gradients, by sets or by sources as
 * `sumsBySets` says. By sources, it adds a row per spike where outputs are binary.
 */
export function emitCollect(wiring: Wiring, bySets: boolean): Func {
  return (bySets ? emitBySets : emitBySources)(wiring);
}

const emitBySets = oncePerWiring((wiring) => emitWalk(wiring, collectBySets));
const emitBySources = oncePerWiring((wiring) => emitWalk(wiring, collectBySources));

function emitWalk(
  wiring: Wiring,
  walk: (fn: Func, wiring: Wiring, p: CollectParams, bitStride: Local) => Code,
): Func {
  const { fn, p } = namedFunc("collect", collectParams);
  if (wiring.form === "none") return fn;
  const bitStride = fn.local("i32");
  fn.emit(
    bitStride.set(i32.shl(p.bitsStride.get, i32.const(3))),
    walk(fn, wiring, p, bitStride),
  );
  return fn;
}
