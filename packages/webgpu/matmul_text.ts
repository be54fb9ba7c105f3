// The parts that all shaders of matrix products share: how they read factors and write results.
import { input, lessEqual, select } from "@spikeloop/expr";
import { declareBuffers, declareUniforms } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";

/** A product C = A · B with the work around it, as far as the text of its shader depends on it. */
export interface ProductText {
  /** A is stored as [k, m]. */
  readonly transposeA: boolean;
  /** B is stored as [n, k]. */
  readonly transposeB: boolean;
  /** Elements of A where a third input of A's extents is not more than 0 count as 0. */
  readonly mask: boolean;
  /** The third input [n] is added to every row. */
  readonly bias: boolean;
  /** Elements that are not more than 0 become 0. */
  readonly relu: boolean;
  /** A second result: the sums of A over k, [m]. */
  readonly sums: boolean;
  /** Whether four numbers of A, B and C are read and written at once: rows have whole fours. */
  readonly wide: { readonly a: boolean; readonly b: boolean; readonly c: boolean };
  /** The buffers of A, B, and the mask or the bias. */
  readonly sources: readonly string[];
  /** The buffers of C and the sums. */
  readonly results: readonly string[];
}

/** The index of the first uniform after the offsets. */
function numbersFrom({ mask, bias, sums }: ProductText): number {
  return 3 + Number(mask || bias) + Number(sums);
}

/**
 * A shader around the body of its main function, which knows the extents `m`, `kk` and `n`, the
 * indices `aAt`, `bAt` and `cAt` of its matrices, and `tile`, the number of its tile among `tiles`.
 */
export function productShader(
  text: ProductText,
  threads: number,
  memory: string,
  body: string,
): string {
  const { sources, results, sums, wide, mask, bias } = text;
  const from = numbersFrom(text);
  const at = (i: number) => `u(${from + i}u)`;
  const third = mask ? [wide.a] : bias ? [wide.c] : [];
  const types = [wide.a, wide.b, ...third, wide.c].map((w) => w ? "vec4<f32>" : "f32");
  return `${declareUniforms(from + 8)}
${declareBuffers(sources.length, results, types)}
${memory}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let m = ${at(0)};
  let kk = ${at(1)};
  let n = ${at(2)};
  let tiles = ${at(6)};
  let number = group.y * ${at(5)} + group.x;
  let matrix = number / tiles;
  let tile = number % tiles;
  if (matrix >= ${at(7)}) { return; }
  let aAt = u(0u) + matrix * ${at(3)};
  let bAt = u(1u) + matrix * ${at(4)};
  let cAt = u(${from - 1 - Number(sums)}u) + matrix * m * n;
  ${body}
}`;
}

const behindRelu = /* @__PURE__ */ select(
  /* @__PURE__ */ lessEqual(/* @__PURE__ */ input("y"), 0),
  0,
  /* @__PURE__ */ input("x"),
);

/** Declares `name`: the term x, or 0 where y is not more than 0. */
function cut(x: string, y: string, name: string): string {
  const { statements, roots } = printWgsl([behindRelu], (n) => n === "x" ? x : y, `${name}e`);
  return [...statements, `let ${name} = ${roots[0]};`].join(" ");
}

/** The components of a vector. */
export const xyzw = ["x", "y", "z", "w"] as const;

/** The term of four numbers of a buffer from index `at` on, of which `left` are in the row. */
function fourOf(source: string, wide: boolean, at: string): string {
  if (wide) return `${source}[(${at}) / 4u]`;
  const numbers = xyzw.map((_, i) =>
    i === 0
      ? `${source}[${at}]`
      : `select(0.0, ${source}[${at} + min(${i}u, left - 1u)], left > ${i}u)`
  );
  return `vec4<f32>(${numbers.join(", ")})`;
}

/**
 * A statement that sets `target` to four numbers of a factor in a row of its storage; 0 beyond it.
 *
 * @param row Its row in storage and the number of rows; then the same along the row.
 */
export function loadFour(
  text: ProductText,
  factor: "a" | "b",
  target: string,
  [row, rows]: readonly [string, string],
  [column, columns]: readonly [string, string],
): string {
  const { sources, wide, mask } = text;
  const [a, b, third] = sources;
  const statements = [
    `let at = ${row} * ${columns} + ${column};`,
    `let left = ${columns} - ${column};`,
    `let four = ${fourOf(factor === "a" ? a : b, wide[factor], `${factor}At + at`)};`,
  ];
  if (factor === "a" && mask) {
    statements.push(
      `let before = ${fourOf(third, wide.a, "u(2u) + at")};`,
      ...xyzw.map((part) => cut(`four.${part}`, `before.${part}`, `passed${part}`)),
      `${target} = vec4<f32>(${xyzw.map((part) => `passed${part}`).join(", ")});`,
    );
  } else statements.push(`${target} = four;`);
  return `${target} = vec4<f32>();
  if (${row} < ${rows} && ${column} < ${columns}) { ${statements.join(" ")} }`;
}

/** Declares `name`, one number of a factor that is read one by one. */
export function loadOne(text: ProductText, factor: "a" | "b", name: string, at: string): string {
  const [a, b, third] = text.sources;
  if (factor === "b") return `let ${name} = ${b}[bAt + ${at}];`;
  if (!text.mask) return `let ${name} = ${a}[aAt + ${at}];`;
  const [whole, before] = [`${name}g`, `${name}y`];
  return `let ${whole} = ${a}[aAt + ${at}]; let ${before} = ${third}[u(2u) + ${at}]; ` +
    cut(whole, before, name);
}

/** Statements that write an element of C, with bias and ReLU. */
export function storeOne(text: ProductText, sum: string, at: string, column: string): string {
  const { bias, relu, sources, results } = text;
  const value = bias ? `${sum} + ${sources[2]}[u(2u) + ${column}]` : sum;
  const target = `${results[0]}[cAt + ${at}]`;
  return relu
    ? `let before = ${value}; ${cut("before", "before", "after")} ${target} = after;`
    : `${target} = ${value};`;
}

/** Statements that write four elements of C in a row, with bias and ReLU. */
export function storeFour(text: ProductText, sum: string, at: string, column: string): string {
  const { bias, relu, sources, results } = text;
  const value = bias ? `${sum} + ${sources[2]}[(u(2u) + ${column}) / 4u]` : sum;
  const target = `${results[0]}[(cAt + ${at}) / 4u]`;
  if (!relu) return `${target} = ${value};`;
  const cuts = xyzw.map((part) => cut(`before.${part}`, `before.${part}`, `after${part}`));
  const after = xyzw.map((part) => `after${part}`).join(", ");
  return `let before = ${value}; ${cuts.join(" ")} ${target} = vec4<f32>(${after});`;
}

/** Whether the sums of A are written four at a time, as their buffer is declared. */
export function hasWideSums({ wide, results }: ProductText): boolean {
  return wide.c && results[0] === results[1];
}

/** A statement that writes one sum of A, or four from `row` on. */
export function storeSums(text: ProductText, sum: string, row: string): string {
  const at = `u(${numbersFrom(text) - 1}u) + ${row}`;
  return `${text.results[1]}[${hasWideSums(text) ? `(${at}) / 4u` : at}] = ${sum};`;
}
