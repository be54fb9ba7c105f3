// Weights [D, 1, P] and biases [D] as rows: of each group its biases, then the weights from each of
// its units. Connections are read in this form, and the gradients of connections are summed in it.
import { type Code, f32x4, i32, type Local, v128 } from "@spikeloop/expr/wasm";
import { type Matrix, transpose } from "../../matrix.ts";
import { groupingFunc } from "../grouping.ts";

/** A function that copies connections to rows, or rows back to weights and biases. */
function copier(name: "pack" | "unpack", copyBias: (row: Code, bias: Code, nan: Local) => Code) {
  return groupingFunc(name, "rows weight bias groups", (fn, grouping, p) => {
    const { group, vectors, rowBytes, gradientBytes } = grouping;
    const [g, at, weights] = fn.localArray("i32", 3);
    const nan = fn.local("v128");
    const [rows, matrix]: Matrix[] = [[weights, rowBytes], [p.weight, 4 * group]];
    const [from, to] = name === "pack" ? [matrix, rows] : [rows, matrix];
    const loop = fn.loop(g, 0, p.groups, 1, [
      weights.set(i32.add(p.rows, rowBytes)),
      fn.loop(at, 0, 16 * vectors, 16, copyBias(i32.add(p.rows, at), i32.add(p.bias, at), nan)),
      transpose(fn, [group, group], from, to),
      p.rows.increment(gradientBytes),
      p.weight.increment(4 * group * group),
      p.bias.increment(4 * group),
    ]);
    return [...loop, ...i32.store(p.bias, v128.anyTrue(nan))];
  });
}

/** `pack(rows, weight, bias, groups)`: past the P numbers of a row lies junk; a bias of -0 is 0. */
export const pack = /* @__PURE__ */ copier(
  "pack",
  (row, bias) => v128.store(row, f32x4.add(v128.load(bias), 0)),
);

/**
 * `unpack(rows, weight, bias, groups)`: up to 3 numbers past the end of each may be written. The
 * number past the biases is 0 then if none of them is NaN.
 */
export const unpack = /* @__PURE__ */ copier("unpack", (row, bias, nan) => [
  ...nan.set(v128.or(nan, f32x4.ne(v128.load(row), v128.load(row)))),
  ...v128.store(bias, v128.load(row)),
]);
