// How sums of gradients of weights and biases lie, and what is made of them.
import { f32x4, type Func, i32, v128 } from "@spikeloop/expr/wasm";
import { transposeLanes } from "../transpose_kernel.ts";
import { namedFunc, times } from "./func.ts";
import { oncePerWiring, type Wiring } from "./wiring.ts";

/** Bytes of a row of gradients, and of a population's: that of its bias, then that of the weights from each source. */
export function gradientBytes(
  { group, vectors }: Wiring,
): { readonly row: number; readonly population: number } {
  return { row: 16 * vectors, population: 16 * vectors * (1 + group) };
}

/** `merge(sets, gradient, pops)`: turns sums by sets into sums by source, and clears them. */
export const emitMerge: (wiring: Wiring) => Func = oncePerWiring((wiring) => {
  const { fn, p } = namedFunc("merge", ["sets", "gradient", "pops"]);
  if (wiring.form !== "table") return fn;
  const { chunks, chunkBytes, rowBytes, vectors, tableBytes } = wiring;
  const { row, population } = gradientBytes(wiring);
  const [pop, lower, from] = fn.localArray("i32", 3);
  const sums = fn.localArray("v128", vectors);
  const upper = fn.local("v128");
  const source = (c: number, k: number) => [
    ...sums.flatMap((sum) => sum.set(f32x4.const(0))),
    ...from.set(i32.add(p.sets.get, i32.const(chunkBytes[c]))),
    ...fn.loop(lower, from.get, i32.add(from.get, i32.const(rowBytes << k)), rowBytes, [
      sums.flatMap((sum, i) => {
        const at = (rowBytes << k) + 16 * i;
        return [
          ...upper.set(v128.load(lower.get, at)),
          ...sum.set(f32x4.add(sum.get, upper.get)),
          ...v128.store(
            lower.get,
            f32x4.add(v128.load(lower.get, 16 * i), upper.get),
            16 * i,
          ),
          ...v128.store(lower.get, f32x4.const(0), at),
        ];
      }),
    ]),
    ...sums.flatMap((sum, i) =>
      v128.store(p.gradient.get, sum.get, (1 + chunks[c] + k) * row + 16 * i)
    ),
  ];
  const empty = (c: number) =>
    times(vectors, (i) => [
      ...(c === 0 ? v128.store(p.gradient.get, v128.load(p.sets.get, 16 * i), 16 * i) : []),
      ...v128.store(p.sets.get, f32x4.const(0), chunkBytes[c] + 16 * i),
    ]);
  fn.emit(fn.loop(pop, 0, p.pops.get, 1, [
    chunkBytes.flatMap((_, c) => {
      const size = chunks[c + 1] - chunks[c];
      return [...times(size, (i) => source(c, size - 1 - i)), ...empty(c)];
    }),
    p.sets.increment(tableBytes),
    p.gradient.increment(population),
  ]));
  return fn;
});

/**
 * `unpack(gradient, weight, bias, pops)`: gradients as `collect` keeps them, turned into [D, 1, P] and [D]. Up to 3
 * numbers past the end of each may be written.
 */
export const emitUnpack: (wiring: Wiring) => Func = oncePerWiring((wiring) => {
  const { fn, p } = namedFunc("unpack", ["gradient", "weight", "bias", "pops"]);
  const { group, vectors } = wiring;
  const bytes = gradientBytes(wiring);
  const [pop, target, source, from, to] = fn.localArray("i32", 5);
  const [v, w] = [fn.localArray("v128", 4), fn.localArray("v128", 4)];
  // Gradients of the weights to so many targets, from four sources at a time. A target's last four may reach into the
  // next target's first, which is why the last come first.
  const toTargets = (count: number) => [
    ...from.set(i32.add(p.gradient.get, target.get)),
    ...from.increment(bytes.row * (4 * vectors - 3)),
    ...to.set(i32.add(p.weight.get, i32.const(16 * (vectors - 1)))),
    ...fn.loop(source, 0, vectors, 1, [
      times(4, (i) => v[i].set(v128.load(from.get, bytes.row * i))),
      transposeLanes(v, w),
      times(count, (i) => v128.store(to.get, v[i].get, 4 * group * i)),
      from.increment(-4 * bytes.row),
      to.increment(-16),
    ]),
    ...p.weight.increment(4 * group * count),
  ];
  fn.emit(fn.loop(pop, 0, p.pops.get, 1, [
    fn.loop(target, 0, 16 * vectors, 16, [
      v128.store(i32.add(p.bias.get, target.get), v128.load(i32.add(p.gradient.get, target.get))),
    ]),
    fn.loop(target, 0, 16 * (vectors - 1), 16, [toTargets(4)]),
    toTargets(group - 4 * (vectors - 1)),
    p.bias.increment(4 * group),
    p.gradient.increment(bytes.population),
  ]));
  return fn;
});
