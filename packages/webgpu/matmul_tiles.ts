// Products in square tiles of C. Workgroup memory is read and written four numbers at a time,
// without bank conflicts: eight neighbouring threads, whose accesses the hardware serves together,
// always touch the same fours or all different banks.
import {
  hasWideSums,
  loadFour,
  productShader,
  type ProductText,
  storeFour,
  storeOne,
  storeSums,
  xyzw,
} from "./matmul_text.ts";

/** The length of k that a slice of threads stages in workgroup memory at a time. */
export const depth = 16;

/** How a workgroup computes a tile. */
export interface Tiling {
  /** The rows and columns of a tile. Each thread computes 4 x 4 elements. */
  readonly tile: 16 | 32 | 64;
  /** The slices of threads that share k, and whose sums are added at the end. */
  readonly slices: number;
}

const four = [0, 1, 2, 3];

/** Prints a shader. */
export function tileShader(text: ProductText, { tile, slices }: Tiling): string {
  const { transposeA, transposeB, sums, wide } = text;
  /** The threads along an edge of the tile, and in a slice. */
  const edge = tile / 4;
  const own = edge * edge;
  /** The fours of a staged factor, and how many of them a thread loads. */
  const staged = tile * depth / 4;
  const loads = Array.from({ length: staged / own }, (_, r) => r);
  /** Numbers the fours: where k goes along a row of storage, a row has `depth` numbers. */
  const alongK = (origin: string, r: number): [row: string, k: string] => [
    `(${origin} + own / 4u + ${r * own / 4}u)`,
    "(k0 + own % 4u * 4u)",
  ];
  const acrossK = (origin: string, r: number): [k: string, row: string] => [
    `(k0 + y + ${r * edge}u)`,
    `(${origin} + x * 4u)`,
  ];
  const load = (factor: "a" | "b", r: number) => {
    const [origin, extent] = factor === "a" ? ["row0", "m"] : ["column0", "n"];
    const target = `next${factor}${r}`;
    if (factor === "a" ? transposeA : !transposeB) {
      const [k, row] = acrossK(origin, r);
      return loadFour(text, factor, target, [k, "kk"], [row, extent]);
    }
    const [row, k] = alongK(origin, r);
    return loadFour(text, factor, target, [row, extent], [k, "kk"]);
  };
  const loadAll = loads.flatMap((r) => [load("a", r), load("b", r)]).join("\n  ");
  const stage = loads.flatMap((r) => [
    `tiled[aFrom + own + ${r * own}u] = nexta${r};`,
    transposeB
      // The fours of a column of C are exchanged, so that those of eight columns fall apart.
      ? `tiled[bFrom + own / 4u * 4u + ${r * own}u + ((own % 4u) ^ ((own / 8u + ${
        r * own / 8
      }u) % 4u))] = nextb${r};`
      : `tiled[bFrom + own + ${r * own}u] = nextb${r};`,
  ]).join("\n    ");
  /** The products of four steps of k. */
  const multiply = (q: number) => {
    const lines: string[] = [];
    for (const i of four) {
      const at = transposeA ? `${(4 * q + i) * edge}u + y` : `y * 4u + ${edge * i * 4 + q}u`;
      lines.push(`let p${i} = tiled[aFrom + ${at}];`);
    }
    for (const j of four) {
      if (!transposeB) {
        lines.push(`let q${j} = tiled[bFrom + ${(4 * q + j) * edge}u + x];`);
        continue;
      }
      const turned = tile === 16 ? q ^ (2 * (j % 2)) : q;
      lines.push(`let o${j} = tiled[turned${turned} + ${edge * j * 4}u];`);
    }
    if (transposeB) {
      for (const k of four) {
        lines.push(`let q${k} = vec4<f32>(${four.map((j) => `o${j}.${xyzw[k]}`).join(", ")});`);
      }
    }
    for (const k of four) {
      for (const i of four) {
        lines.push(`c${i} += ${transposeA ? `p${k}.${xyzw[i]}` : `p${i}.${xyzw[k]}`} * q${k};`);
      }
    }
    if (sums) {
      lines.push(`if (column0 == 0u) { total += ${four.map((k) => `p${k}`).join(" + ")}; }`);
    }
    return `{ ${lines.join(" ")} }`;
  };
  const row = (i: number) => transposeA ? `row0 + y * 4u + ${i}u` : `row0 + y + ${edge * i}u`;
  const column = (j: number) =>
    transposeB ? `column0 + x + ${edge * j}u` : `column0 + x * 4u + ${j}u`;
  const store = (i: number) => {
    const columns = wide.c
      ? `let column = ${column(0)}; if (column < n) { ${
        storeFour(text, `c${i}`, "row * n + column", "column")
      } }`
      : four.map((j) =>
        `{ let column = ${column(j)}; if (column < n) { ${
          storeOne(text, `c${i}[${j}]`, "row * n + column", "column")
        } } }`
      ).join("\n    ");
    return `{ let row = ${row(i)}; if (row < m) { ${columns} } }`;
  };
  const total = hasWideSums(text)
    ? `if (row0 + y * 4u < m) { ${storeSums(text, "total", "row0 + y * 4u")} }`
    : four.map((i) => `if (${row(i)} < m) { ${storeSums(text, `total.${xyzw[i]}`, row(i))} }`).join(
      "\n    ",
    );
  const others = Array.from({ length: slices - 1 }, (_, s) => s);
  const registers = [...four.map((i) => `c${i}`), ...sums ? ["total"] : []];
  const gather = slices === 1 ? "" : `if (slice > 0u) {
    let at = (slice - 1u) * ${registers.length * own}u + own;
    ${registers.map((name, i) => `tiled[at + ${i * own}u] = ${name};`).join(" ")}
  }
  workgroupBarrier();
  if (slice > 0u) { return; }
  ${
    others.map((s) =>
      registers.map((name, i) => `${name} += tiled[own + ${(s * registers.length + i) * own}u];`)
        .join(" ")
    ).join("\n  ")
  }`;
  const memory = `var<workgroup> tiled: array<vec4<f32>, ${2 * staged * slices}>;`;
  return productShader(
    text,
    own * slices,
    memory,
    `let across = (n + ${tile - 1}u) / ${tile}u;
  let column0 = tile % across * ${tile}u;
  let row0 = tile / across * ${tile}u;
  let slice = lane / ${own}u;
  let own = lane % ${own}u;
  let x = own % ${edge}u;
  let y = own / ${edge}u;
  let aFrom = slice * ${2 * staged}u;
  let bFrom = aFrom + ${staged}u;
  ${
      transposeB
        ? four.map((q) => `let turned${q} = bFrom + x * 4u + (${q}u ^ (x / 2u % 4u));`).join(" ")
        : ""
    }
  ${registers.map((name) => `var ${name} = vec4<f32>();`).join(" ")}
  ${loads.map((r) => `var nexta${r} = vec4<f32>(); var nextb${r} = vec4<f32>();`).join(" ")}
  let turns = (kk + ${depth * slices - 1}u) / ${depth * slices}u;
  for (var turn = 0u; turn <= turns; turn++) {
    // The next numbers are on their way while those of the turn before are multiplied.
    let k0 = turn * ${depth * slices}u + slice * ${depth}u;
    ${loadAll}
    if (turn > 0u) {
      ${four.map(multiply).join("\n      ")}
    }
    workgroupBarrier();
    ${stage}
    workgroupBarrier();
  }
  ${gather}
  ${four.map(store).join("\n  ")}
  ${sums ? `if (column0 == 0u && x == 0u) { ${total} }` : ""}`,
  );
}
