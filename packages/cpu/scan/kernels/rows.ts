// Weights [D, 1, P] and biases [D] as rows: of each group its biases, then the weights from each of
// its units. Connections are read in this form, and the gradients of connections are summed in it.
import { f32x4, i32, v128 } from "@spikeloop/expr/wasm";
import { type Matrix, transpose } from "../../matrix.ts";
import { groupingFunc } from "../grouping.ts";

/** A function that copies connections to rows, or rows back to weights and biases. */
function copier(name: "pack" | "unpack") {
  return groupingFunc(name, "rows weight bias groups", (fn, grouping, p) => {
    const { group, vectors, rowBytes, gradientBytes } = grouping;
    const [g, at, weights] = fn.localArray("i32", 3);
    const [row, bias] = [i32.add(p.rows, at), i32.add(p.bias, at)];
    const [rows, matrix]: Matrix[] = [[weights, rowBytes], [p.weight, 4 * group]];
    const [from, to] = name === "pack" ? [matrix, rows] : [rows, matrix];
    const nan = name === "pack" ? undefined : fn.local("v128");
    const copyBias = nan === undefined
      ? v128.store(row, f32x4.add(v128.load(bias), 0)) // a bias of -0 counts as 0
      : [
        ...nan.set(v128.or(nan, f32x4.ne(v128.load(row), v128.load(row)))),
        ...v128.store(bias, v128.load(row)),
      ];
    const loop = fn.loop(g, 0, p.groups, 1, [
      weights.set(i32.add(p.rows, rowBytes)),
      fn.loop(at, 0, 16 * vectors, 16, copyBias),
      transpose(fn, [group, group], from, to),
      p.rows.increment(gradientBytes),
      p.weight.increment(4 * group * group),
      p.bias.increment(4 * group),
    ]);
    return nan === undefined ? loop : [...loop, ...i32.store(p.bias, v128.anyTrue(nan))];
  });
}

/** `pack(rows, weight, bias, groups)`: what lies past the P numbers of a row is junk. */
export const pack = /* @__PURE__ */ copier("pack");

/**
 * `unpack(rows, weight, bias, groups)`: up to 3 numbers past the end of each may be written. The
 * number past the biases is 0 then if none of them is NaN.
 */
export const unpack = /* @__PURE__ */ copier("unpack");
