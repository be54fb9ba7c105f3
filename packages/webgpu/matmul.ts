import type { AffineGradients, AffineRecord, AffineWants, MatmulSpec } from "@spikeloop/backend";
import { input, lessEqual, select } from "@spikeloop/expr";
import type { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";
import { printWgsl } from "./wgsl.ts";

/**
 * A workgroup computes a square tile of C this wide, and each of 16 x 16 threads 4 x 4 elements.
 */
const tile = 64;
/** The length of k that is staged in workgroup memory at a time. */
const depth = 16;

/** The work around a product. */
interface Around {
  /** Elements of A where this storage of A's extents is not more than 0 count as 0. */
  readonly mask?: GpuStorage;
  /** [n], added to every row. */
  readonly bias?: GpuStorage;
  /** Elements that are not more than 0 become 0. */
  readonly relu?: boolean;
  /** A second result: the sums of A over k, [m]. */
  readonly sums?: boolean;
}

/** The extents that a tile of a factor is read with. */
interface Factor {
  readonly name: "a" | "b";
  readonly place: string;
  /** The factor is stored with k first. */
  readonly kFirst: boolean;
  /** The term of the mask's element at an index, if there is a mask. */
  readonly mask?: (at: string) => string;
}

/** Stages a tile of a factor, along C and along k. Consecutive threads read consecutive numbers. */
function stage({ name, place, kFirst, mask }: Factor): string {
  const [row, k] = kFirst ? [`e % ${tile}u`, `e / ${tile}u`] : [`e / ${depth}u`, `e % ${depth}u`];
  const extent = name === "a" ? "m" : "n";
  const origin = name === "a" ? "group.y" : "group.x";
  const at = kFirst ? `k * ${extent} + row` : "row * kk + k";
  const load = mask === undefined ? `value = ${place}[${name}At + ${at}];` : `let at = ${at};
        let g = ${place}[${name}At + at];
        let y = ${mask("at")};
        ${cut("g", "y", "passed")}
        value = passed;`;
  return `for (var e = lane; e < ${tile * depth}u; e += 256u) {
      let row = ${origin} * ${tile}u + ${row};
      let k = k0 + ${k};
      var value = 0.0;
      if (row < ${extent} && k < kk) { ${load} }
      ${name}Tile[(${k}) * ${tile}u + (${row})] = value;
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

function shader(
  { transposeA, transposeB }: MatmulSpec,
  { mask, bias, relu, sums }: Around,
  places: readonly string[],
  buffers: number,
  [result, totals]: readonly string[],
): string {
  const each = [0, 1, 2, 3];
  const offsets = 3 + Number(mask !== undefined) + Number(bias !== undefined) + Number(sums);
  const [a, b, third] = places;
  const inputs = places.length;
  const masked = mask && ((at: string) => `${third}[u(2u) + ${at}]`);
  const value = (i: number, j: number) => {
    const sum = bias === undefined
      ? `c${i}[${j}]`
      : `c${i}[${j}] + ${third}[u(2u) + column + ${j}u]`;
    const [before, name] = [`z${j}`, `r${j}`];
    return relu
      ? `let ${before} = ${sum}; ${cut(before, before, name)} ${result}[at + ${j}u] = ${name};`
      : `${result}[at + ${j}u] = ${sum};`;
  };
  return `${declareUniforms(offsets + 5)}
${declareBuffers(buffers, sums ? [result, totals] : [result])}
var<workgroup> aTile: array<f32, ${tile * depth}>;
var<workgroup> bTile: array<f32, ${tile * depth}>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let m = u(${offsets}u);
  let kk = u(${offsets + 1}u);
  let n = u(${offsets + 2}u);
  let aAt = u(0u) + group.z * u(${offsets + 3}u);
  let bAt = u(1u) + group.z * u(${offsets + 4}u);
  let x = (lane % 16u) * 4u;
  let y = (lane / 16u) * 4u;
  ${each.map((i) => `var c${i} = vec4<f32>();`).join(" ")}
  ${sums ? "var total = 0.0;" : ""}
  for (var k0 = 0u; k0 < kk; k0 += ${depth}u) {
    ${stage({ name: "a", place: a, kFirst: transposeA, mask: masked })}
    ${stage({ name: "b", place: b, kFirst: !transposeB })}
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let at = k * ${tile}u + x;
      let q = vec4<f32>(bTile[at], bTile[at + 1u], bTile[at + 2u], bTile[at + 3u]);
      ${each.map((i) => `c${i} += aTile[k * ${tile}u + y + ${i}u] * q;`).join("\n      ")}
      ${sums ? `if (lane < ${tile}u) { total += aTile[k * ${tile}u + lane]; }` : ""}
    }
    workgroupBarrier();
  }
  let column = group.x * ${tile}u + x;
  ${
    each.map((i) =>
      `if (group.y * ${tile}u + y + ${i}u < m) {
    let at = u(${inputs}u) + (group.z * m + group.y * ${tile}u + y + ${i}u) * n + column;
    ${each.map((j) => `if (column + ${j}u < n) { ${value(i, j)} }`).join("\n    ")}
  }`
    ).join("\n  ")
  }
  ${
    sums
      ? `let own = group.y * ${tile}u + lane;
  if (group.x == 0u && lane < ${tile}u && own < m) { ${totals}[u(${inputs + 1}u) + own] = total; }`
      : ""
  }
}`;
}

/** Runs a product in tiles, with the work around it. */
function runProduct(
  context: DeviceContext,
  spec: MatmulSpec,
  a: GpuStorage,
  b: GpuStorage,
  around: Around,
): GpuStorage[] {
  const { batch, m, k, n } = spec;
  const { mask, bias, relu = false, sums = false } = around;
  const workgroups: [number, number, number] = [Math.ceil(n / tile), Math.ceil(m / tile), batch];
  const limit = context.limits.maxComputeWorkgroupsPerDimension;
  if (workgroups[0] > limit || workgroups[1] > limit || batch > limit) {
    throw new RangeError(
      `Cannot run matmul of ${batch} x [${m}, ${k}] x [${k}, ${n}] on this GPU: ` +
        `it takes ${
          Math.max(...workgroups)
        } workgroups along one axis, maxComputeWorkgroupsPerDimension is ${limit}`,
    );
  }
  const third = mask ?? bias;
  const key = Number(spec.transposeA) + 2 * Number(spec.transposeB) +
    4 * Number(mask !== undefined) + 8 * Number(bias !== undefined) + 16 * Number(relu) +
    32 * Number(sums);
  return context.run({
    label: "matmul",
    variant: context.pipelines.of(gpuMatmul).at(key),
    inputs: third === undefined ? [a, b] : [a, b, third],
    outputs: sums ? [batch * m * n, m] : [batch * m * n],
    workgroups,
    uniforms: [m, k, n, spec.sharedA ? 0 : m * k, spec.sharedB ? 0 : k * n],
    shader: (places, buffers, results) =>
      shader(spec, { ...around, sums }, places, buffers, results),
  });
}

/** C[b] = A[b] · B[b], in tiles. */
export function gpuMatmul(
  context: DeviceContext,
  spec: MatmulSpec,
  a: GpuStorage,
  b: GpuStorage,
): GpuStorage {
  return runProduct(context, spec, a, b, {})[0];
}

/** A · B plus a bias [n] on every row, and ReLU of that if wanted. */
export function gpuAffine(
  context: DeviceContext,
  spec: MatmulSpec,
  a: GpuStorage,
  b: GpuStorage,
  bias: GpuStorage,
  relu: boolean,
): GpuStorage {
  return runProduct(context, spec, a, b, { bias, relu })[0];
}

/** The gradients of `gpuAffine`: those of B and the bias in one dispatch, that of A in another. */
export function gpuAffineBackward(
  context: DeviceContext,
  { m, k, n, ...spec }: MatmulSpec,
  { a, b, relu, cotangent }: AffineRecord,
  wants: AffineWants,
): AffineGradients {
  const g = context.own(cotangent);
  const around = relu === undefined ? {} : { mask: context.own(relu) };
  const ofA = wants.a
    ? runProduct(
      context,
      { ...spec, m, k: n, n: k, transposeA: false, transposeB: false },
      g,
      context.own(b),
      around,
    )
    : [];
  const ofB = wants.b || wants.bias
    ? runProduct(
      context,
      { ...spec, m: n, k: m, n: k, transposeA: true, transposeB: false },
      g,
      context.own(a),
      { ...around, sums: wants.bias },
    )
    : [];
  return { a: ofA[0], b: wants.b ? ofB[0] : undefined, bias: ofB[1] };
}
