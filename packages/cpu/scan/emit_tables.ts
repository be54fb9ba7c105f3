import { type Code, f32x4, type Func, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import { namedFunc, times } from "./func.ts";
import type { Wiring } from "./wiring.ts";

/** Weights from unit `k` to targets 4i to 4i+3 of the population at `weight`; lanes past P are 0. */
function weightsFrom(weight: Local, { group }: Wiring, k: number, i: number): Code {
  const at = (lane: number) => ((4 * i + lane) * group + k) * 4;
  let vector = v128.load32Zero(weight.get, at(0));
  for (let lane = 1; lane < Math.min(4, group - 4 * i); lane++) {
    vector = v128.load32Lane(weight.get, vector, lane, at(lane));
  }
  return vector;
}

/** The bias, -0 turned into +0. */
function biasVector(bias: Local, i: number): Code {
  return f32x4.add(v128.load(bias.get, 16 * i), f32x4.const(0));
}

/**
 * A chunk's table: entry m is the sum of the weights from the units whose bit of m is set, in ascending order, on top
 * of the bias in the first chunk. So the upper half of every power of two is the lower half plus one row.
 */
function chunkTable(
  fn: Func,
  wiring: Wiring,
  c: number,
  from: Record<"weight" | "bias" | "table", Local>,
): Code {
  const { chunks, chunkBytes, rowBytes, vectors } = wiring;
  const rows = fn.localArray("v128", vectors);
  const at = fn.local("i32");
  const start = i32.add(from.table.get, i32.const(chunkBytes[c]));
  return [
    ...times(
      vectors,
      (i) =>
        v128.store(
          from.table.get,
          c === 0 ? biasVector(from.bias, i) : f32x4.const(0),
          chunkBytes[c] + 16 * i,
        ),
    ),
    ...times(chunks[c + 1] - chunks[c], (bit) => [
      ...times(vectors, (i) => rows[i].set(weightsFrom(from.weight, wiring, chunks[c] + bit, i))),
      ...fn.loop(at, start, i32.add(start, i32.const(rowBytes << bit)), rowBytes, [
        times(
          vectors,
          (i) =>
            v128.store(
              at.get,
              f32x4.add(v128.load(at.get, 16 * i), rows[i].get),
              (rowBytes << bit) + 16 * i,
            ),
        ),
      ]),
    ]),
  ];
}

/** Bias, then a row of weights per source unit. */
function sourceRows(
  fn: Func,
  { group, vectors, rowBytes }: Wiring,
  from: Record<"weight" | "bias" | "table", Local>,
): Code {
  const [source, target, vector] = [fn.local("i32"), fn.local("i32"), fn.local("i32")];
  const to = fn.local("i32");
  return [
    ...fn.loop(vector, 0, 16 * vectors, 16, [
      v128.store(
        i32.add(from.table.get, vector.get),
        f32x4.add(v128.load(i32.add(from.bias.get, vector.get)), f32x4.const(0)),
      ),
    ]),
    ...to.set(i32.add(from.table.get, i32.const(rowBytes))),
    ...fn.loop(source, 0, 4 * group, 4, [
      fn.loop(target, 0, group, 1, [
        i32.store(
          i32.add(to.get, i32.mul(target.get, i32.const(4))),
          i32.load(
            i32.add(
              i32.add(from.weight.get, source.get),
              i32.mul(target.get, i32.const(4 * group)),
            ),
          ),
        ),
      ]),
      to.increment(rowBytes),
    ]),
  ];
}

/** `build(weight, bias, table, pops)`: what `send` reads, from weight [D, 1, P] and bias [D]. */
export function emitBuild(wiring: Wiring): Func {
  const { fn, p } = namedFunc("build", ["weight", "bias", "table", "pops"]);
  const pop = fn.local("i32");
  const one = wiring.form === "table"
    ? times(wiring.chunkBytes.length, (c) => chunkTable(fn, wiring, c, p))
    : sourceRows(fn, wiring, p);
  fn.emit(fn.loop(pop, 0, p.pops.get, 1, [
    one,
    p.weight.increment(4 * wiring.group * wiring.group),
    p.bias.increment(4 * wiring.group),
    p.table.increment(wiring.tableBytes),
  ]));
  return fn;
}
