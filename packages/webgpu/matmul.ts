import type { MatmulSpec } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import type { DeviceContext } from "./device.ts";
import { declareBuffers, declareUniforms } from "./shader.ts";

/**
 * A workgroup computes a square tile of C this wide, and each of 16 x 16 threads 4 x 4 elements.
 */
const tile = 64;
/** The length of k that is staged in workgroup memory at a time. */
const depth = 16;

/** Stages a tile of a factor, along C and along k. Consecutive threads read consecutive numbers. */
function stage(name: "a" | "b", place: string, kFirst: boolean): string {
  const [row, k] = kFirst ? [`e % ${tile}u`, `e / ${tile}u`] : [`e / ${depth}u`, `e % ${depth}u`];
  const extent = name === "a" ? "m" : "n";
  const origin = name === "a" ? "group.y" : "group.x";
  const at = kFirst ? `k * ${extent} + row` : "row * kk + k";
  return `for (var e = lane; e < ${tile * depth}u; e += 256u) {
      let row = ${origin} * ${tile}u + ${row};
      let k = k0 + ${k};
      var value = 0.0;
      if (row < ${extent} && k < kk) { value = ${place}[${name}At + ${at}]; }
      ${name}Tile[(${k}) * ${tile}u + (${row})] = value;
    }`;
}

function shader(
  { transposeA, transposeB }: MatmulSpec,
  [a, b]: readonly string[],
  buffers: number,
): string {
  const each = [0, 1, 2, 3];
  return `${declareUniforms(8)}
${declareBuffers(buffers)}
var<workgroup> aTile: array<f32, ${tile * depth}>;
var<workgroup> bTile: array<f32, ${tile * depth}>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let m = u(3u);
  let kk = u(4u);
  let n = u(5u);
  let aAt = u(0u) + group.z * u(6u);
  let bAt = u(1u) + group.z * u(7u);
  let x = (lane % 16u) * 4u;
  let y = (lane / 16u) * 4u;
  ${each.map((i) => `var c${i} = vec4<f32>();`).join(" ")}
  for (var k0 = 0u; k0 < kk; k0 += ${depth}u) {
    ${stage("a", a, transposeA)}
    ${stage("b", b, !transposeB)}
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let at = k * ${tile}u + x;
      let q = vec4<f32>(bTile[at], bTile[at + 1u], bTile[at + 2u], bTile[at + 3u]);
      ${each.map((i) => `c${i} += aTile[k * ${tile}u + y + ${i}u] * q;`).join("\n      ")}
    }
    workgroupBarrier();
  }
  let column = group.x * ${tile}u + x;
  ${
    each.map((i) =>
      `if (group.y * ${tile}u + y + ${i}u < m) {
    let at = u(2u) + (group.z * m + group.y * ${tile}u + y + ${i}u) * n + column;
    ${each.map((j) => `if (column + ${j}u < n) { result[at + ${j}u] = c${i}[${j}]; }`).join(" ")}
  }`
    ).join("\n  ")
  }
}`;
}

/** C[b] = A[b] · B[b], in tiles. */
export function gpuMatmul(
  context: DeviceContext,
  spec: MatmulSpec,
  a: GpuStorage,
  b: GpuStorage,
): GpuStorage {
  const { batch, m, k, n } = spec;
  const workgroups: [number, number, number] = [Math.ceil(n / tile), Math.ceil(m / tile), batch];
  const limit = context.device.limits.maxComputeWorkgroupsPerDimension;
  if (workgroups.some((count) => count > limit)) {
    throw new RangeError(
      `Cannot run matmul of ${batch} x [${m}, ${k}] x [${k}, ${n}] on this GPU: ` +
        `it takes ${
          Math.max(...workgroups)
        } workgroups along one axis, maxComputeWorkgroupsPerDimension is ${limit}`,
    );
  }
  return context.run({
    label: "matmul",
    key: `${Number(spec.transposeA)}${Number(spec.transposeB)}`,
    inputs: [a, b],
    outputs: [batch * m * n],
    workgroups,
    uniforms: [m, k, n, spec.sharedA ? 0 : m * k, spec.sharedB ? 0 : k * n],
    shader: (places, buffers) => shader(spec, places, buffers),
  })[0];
}
