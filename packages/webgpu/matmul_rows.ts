// Products with few rows or columns: workgroups walk down the other factor, and the threads of a
// row share k.
import {
  loadFour,
  loadOne,
  productShader,
  type ProductText,
  storeOne,
  storeSums,
  xyzw,
} from "./matmul_text.ts";

/** The most rows or columns of such products. */
export const mostFew = 4;

/** The rows of the long factor per workgroup, and the threads that share a row. */
function layoutOfRows(isAlongK: boolean): { readonly rows: number; readonly shares: number } {
  return isAlongK ? { rows: 4, shares: 16 } : { rows: 32, shares: 8 };
}

/**
 * The rows of the long factor that a workgroup walks down.
 *
 * @param isAlongK Whether k goes along the rows of its storage.
 */
export function rowsOfWorkgroup(isAlongK: boolean): number {
  return layoutOfRows(isAlongK).rows;
}

/**
 * Prints a shader.
 *
 * @param long The factor with many rows (A) or columns (B).
 * @param few The number of rows or columns of the other one.
 */
export function rowShader(product: ProductText, long: "a" | "b", few: number): string {
  const short = long === "a" ? "b" : "a";
  const { sums, transposeA, transposeB } = product;
  const [longAlong, shortAlong] = long === "a"
    ? [!transposeA, transposeB]
    : [transposeB, !transposeA];
  const { rows, shares } = layoutOfRows(longAlong);
  const threads = rows * shares;
  // Only the long factor, and only along k, is read in fours.
  const isWide = (factor: "a" | "b") => factor === long && longAlong && product.wide[factor];
  const text = { ...product, wide: { a: isWide("a"), b: isWide("b"), c: false } };
  const length = long === "a" ? "m" : "n";
  const each = Array.from({ length: few }, (_, f) => f);
  const index = (f: number, k: string) =>
    shortAlong ? `${f}u * kk + ${k}` : `(${k}) * ${few}u + ${f}u`;
  /** The sums of this thread: of products, then of A. */
  const registers = [...each.map((f) => `c${f}`)];
  const totals = sums ? (long === "a" ? ["t0"] : each.map((f) => `t${f}`)) : [];
  /** The work at step k, with the long factor's number. */
  const step = (value: string, k: string, name: string) =>
    each.flatMap((f) => [
      loadOne(text, short, `${name}${f}`, index(f, k)),
      `c${f} += ${value} * ${name}${f};`,
      sums && short === "a" ? `t${f} += ${name}${f};` : "",
    ]).concat(sums && long === "a" ? [`t0 += ${value};`] : []).join(" ");
  const walk = longAlong
    ? `var value = vec4<f32>();
  for (var k = share * 4u; k < kk; k += ${4 * shares}u) {
    ${loadFour(text, long, "value", ["row", length], ["k", "kk"])}
    ${
      xyzw.map((part, i) =>
        `if (k + ${i}u < kk) { ${step(`value.${part}`, `k + ${i}u`, `s${part}`)} }`
      ).join("\n    ")
    }
  }`
    : `for (var k = share; k < kk && row < ${length}; k += ${shares}u) {
    ${loadOne(text, long, "value", `k * ${length} + row`)}
    ${step("value", "k", "s")}
  }`;
  const all = [...registers, ...totals];
  const column = (f: number) => long === "a" ? `${f}u` : "row";
  const at = (f: number) => long === "a" ? `row * ${few}u + ${f}u` : `${f}u * n + row`;
  const stores = each.map((f) => `{ ${storeOne(text, `c${f}`, at(f), column(f))} }`);
  const storeTotals = long === "a"
    ? totals.map((t) => storeSums(text, t, "row"))
    : totals.length === 0
    ? []
    : [`if (row == 0u) { ${totals.map((t, f) => storeSums(text, t, `${f}u`)).join(" ")} }`];
  const memory = `var<workgroup> parts: array<f32, ${all.length * threads}>;`;
  return productShader(
    text,
    threads,
    memory,
    `let share = lane ${longAlong ? `% ${shares}u` : `/ ${rows}u`};
  let line = lane ${longAlong ? `/ ${shares}u` : `% ${rows}u`};
  let row = tile * ${rows}u + line;
  ${all.map((name) => `var ${name} = 0.0;`).join(" ")}
  ${walk}
  ${all.map((name, i) => `parts[lane + ${i * threads}u] = ${name};`).join(" ")}
  for (var width = ${shares / 2}u; width > 0u; width /= 2u) {
    workgroupBarrier();
    if (share < width) {
      let other = lane + width${longAlong ? "" : ` * ${rows}u`};
      ${
      all.map((_, i) => `parts[lane + ${i * threads}u] += parts[other + ${i * threads}u];`).join(
        " ",
      )
    }
    }
  }
  if (share > 0u || row >= ${length}) { return; }
  ${all.map((name, i) => `${name} = parts[lane + ${i * threads}u];`).join(" ")}
  ${[...stores, ...storeTotals].join("\n  ")}`,
  );
}
