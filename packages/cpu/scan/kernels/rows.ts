// Weights [D, 1, P] and biases [D] as rows: of each group its biases, then the weights from each of
// its units. Connections are read in this form, and the gradients of connections are summed in it.
import { f32x4, i32, sequence, times, transposeLanes, v128 } from "@spikeloop/expr/wasm";
import type { Code, Func, Local } from "@spikeloop/expr/wasm";
import { wiringFunc } from "../wiring.ts";

/** A matrix [P, P]: where it starts, and the bytes from a row to the next. */
type Matrix = readonly [at: Local, stride: number];

/**
 * Code that writes a matrix turned around, four rows by four columns at a time. The last four of a
 * row may reach into the next one, which is why they come first.
 */
function turn(fn: Func, size: number, [from, width]: Matrix, [to, stride]: Matrix): Code {
  const last = Math.ceil(size / 4) - 1;
  const [column, row, source, target, start] = fn.localArray("i32", 5);
  const [v, w] = [fn.localArray("v128", 4), fn.localArray("v128", 4)];
  const columns = (count: number) =>
    sequence(
      source.set(i32.add(i32.add(from, column), 4 * width * last)),
      target.set(i32.add(start, 16 * last)),
      fn.loop(row, 0, last + 1, 1, [
        times(4, (i) => v[i].set(v128.load(source, width * i))),
        transposeLanes(v, w),
        times(count, (i) => v128.store(target, v[i], stride * i)),
        source.increment(-4 * width),
        target.increment(-16),
      ]),
      start.increment(4 * stride),
    );
  return sequence(
    start.set(to),
    fn.loop(column, 0, 16 * last, 16, [columns(4)]),
    columns(size - 4 * last),
  );
}

/** A function that copies connections to rows, or rows back to weights and biases. */
function copier(name: "pack" | "unpack") {
  return wiringFunc(name, "rows weight bias groups", (fn, wiring, p) => {
    const { group, vectors, rowBytes, gradientBytes } = wiring;
    const [g, at, weights] = fn.localArray("i32", 3);
    const [row, bias] = [i32.add(p.rows, at), i32.add(p.bias, at)];
    const [rows, matrix]: Matrix[] = [[weights, rowBytes], [p.weight, 4 * group]];
    const copyBias = name === "pack"
      ? v128.store(row, f32x4.add(v128.load(bias), 0)) // a bias of -0 counts as 0
      : v128.store(bias, v128.load(row));
    return fn.loop(g, 0, p.groups, 1, [
      weights.set(i32.add(p.rows, rowBytes)),
      fn.loop(at, 0, 16 * vectors, 16, copyBias),
      name === "pack" ? turn(fn, group, matrix, rows) : turn(fn, group, rows, matrix),
      p.rows.increment(gradientBytes),
      p.weight.increment(4 * group * group),
      p.bias.increment(4 * group),
    ]);
  });
}

/** `pack(rows, weight, bias, groups)`: what lies past the P numbers of a row is junk. */
export const pack = copier("pack");

/** `unpack(rows, weight, bias, groups)`: up to 3 numbers past the end of each may be written. */
export const unpack = copier("unpack");
