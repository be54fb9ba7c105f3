// Products that are too small to share anything: a thread per element of C.
import { loadOne, productShader, type ProductText, storeOne, storeSums } from "./matmul_text.ts";

/** The threads of a workgroup. */
export const directThreads = 64;

/** Prints a shader. */
export function directShader(product: ProductText): string {
  const { transposeA, transposeB, sums } = product;
  const text = { ...product, wide: { a: false, b: false, c: false } };
  return productShader(
    text,
    directThreads,
    "",
    `let e = tile * ${directThreads}u + lane;
  if (e >= m * n) { return; }
  let row = e / n;
  let column = e % n;
  var sum = 0.0;
  ${sums ? "var total = 0.0;" : ""}
  for (var k = 0u; k < kk; k++) {
    ${loadOne(text, "a", "p", transposeA ? "k * m + row" : "row * kk + k")}
    ${loadOne(text, "b", "q", transposeB ? "column * kk + k" : "k * n + column")}
    sum += p * q;
    ${sums ? "total += p;" : ""}
  }
  ${storeOne(text, "sum", "e", "column")}
  ${sums ? `if (column == 0u) { ${storeSums(text, "total", "row")} }` : ""}`,
  );
}
