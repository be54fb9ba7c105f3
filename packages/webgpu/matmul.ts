import type { AffineGradients, AffineRecord, AffineWants, MatmulSpec } from "@spikeloop/backend";
import type { GpuStorage } from "./buffers.ts";
import { spread } from "./commands.ts";
import type { DeviceContext } from "./device.ts";
import { directShader, directThreads } from "./matmul_direct.ts";
import { mostFew, rowShader, rowsOfWorkgroup } from "./matmul_rows.ts";
import type { ProductText } from "./matmul_text.ts";
import { depth, tileShader, type Tiling } from "./matmul_tiles.ts";

/** A product, whose factors may hold any numbers. */
type Product = Omit<MatmulSpec, "binaryA" | "binaryB">;

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

/** How the elements of C are shared out. */
export interface ProductPlan {
  /** The number of workgroups per matrix. */
  readonly workgroups: number;
  /** Distinguishes the plan from others of the same form. */
  readonly key: number;
  /** Prints its shader. */
  print(text: ProductText): string;
}

/** Products of up to so many multiplications, or of so few steps of k, share nothing. */
const mostDirect = 2 ** 14;
const shortest = 4;

/** The workgroups that keep a large GPU busy. */
const busyWorkgroups = 256;

/**
 * The largest tiles that still make enough workgroups. Where k is long, several slices of threads
 * share it; each has two turns at least.
 */
function tilingOf({ batch, m, k, n }: Product): Tiling {
  const count = (tile: number) => batch * Math.ceil(m / tile) * Math.ceil(n / tile);
  if (count(64) >= busyWorkgroups) return { tile: 64, slices: 1 };
  // A slice of a small tile has fewer threads than run in step, so there k must be long.
  const tile = count(32) >= busyWorkgroups / 4 || k < 4 * depth ? 32 : 16;
  // Threads and workgroup memory that every device has.
  const most = 128 / tile;
  let slices = 1;
  while (slices < most && 4 * depth * slices <= k) slices *= 2;
  return { tile, slices };
}

/** Plans a product by its extents. */
export function planProduct(spec: Product): ProductPlan {
  const { m, k, n, transposeA, transposeB } = spec;
  const few = Math.min(m, n);
  if (k <= shortest || m * n * k <= mostDirect) {
    return { workgroups: Math.ceil(m * n / directThreads), key: 0, print: directShader };
  }
  if (few <= mostFew) {
    const long = n <= m ? "a" : "b";
    const rows = rowsOfWorkgroup(long === "a" ? !transposeA : transposeB);
    return {
      workgroups: Math.ceil(Math.max(m, n) / rows),
      key: long === "a" ? few : -few,
      print: (text) => rowShader(text, long, few),
    };
  }
  const tiling = tilingOf(spec);
  const { tile, slices } = tiling;
  return {
    workgroups: Math.ceil(m / tile) * Math.ceil(n / tile),
    key: tile * slices + tile / 16 * 1024,
    print: (text) => tileShader(text, tiling),
  };
}

/** Whether rows of numbers can be read in fours. */
const hasFours = (row: number, { offset }: GpuStorage) => row % 4 === 0 && offset % 4 === 0;

/** Runs a product, with the work around it. */
function dispatchProduct(
  context: DeviceContext,
  spec: Product,
  a: GpuStorage,
  b: GpuStorage,
  { mask, bias, relu = false, sums = false }: Around,
): GpuStorage[] {
  const { batch, m, k, n, transposeA, transposeB } = spec;
  const third = mask ?? bias;
  const plan = planProduct(spec);
  const wideA = hasFours(transposeA ? m : k, a) &&
    (mask === undefined || mask.offset % 4 === 0);
  const wideB = hasFours(transposeB ? k : n, b);
  // Four columns of a thread lie side by side where B does so, and sums need whole fours too.
  const wideC = !transposeB && n % 4 === 0 && (bias === undefined || hasFours(n, bias)) &&
    (!sums || m % 4 === 0);
  const flags = Number(transposeA) + 2 * Number(transposeB) + 4 * Number(mask !== undefined) +
    8 * Number(bias !== undefined) + 16 * Number(relu) + 32 * Number(sums) + 64 * Number(wideA) +
    128 * Number(wideB) + 256 * Number(wideC);
  const { workgroups, row } = spread(plan.workgroups * batch);
  return context.run({
    label: "matmul",
    variant: context.pipelines.of(dispatchProduct).at(plan.key * 512 + flags),
    inputs: third === undefined ? [a, b] : [a, b, third],
    outputs: sums ? [batch * m * n, m] : [batch * m * n],
    workgroups,
    uniforms: [
      m,
      k,
      n,
      spec.sharedA ? 0 : m * k,
      spec.sharedB ? 0 : k * n,
      row,
      plan.workgroups,
      batch,
    ],
    shader: (sources, _, results) =>
      plan.print({
        ...{ transposeA, transposeB, relu, sums, sources, results },
        ...{ mask: mask !== undefined, bias: bias !== undefined },
        wide: { a: wideA, b: wideB, c: wideC },
      }),
  });
}

/** C[b] = A[b] · B[b], in tiles. */
export function gpuMatmul(
  context: DeviceContext,
  spec: MatmulSpec,
  a: GpuStorage,
  b: GpuStorage,
): GpuStorage {
  return dispatchProduct(context, spec, a, b, {})[0];
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
  return dispatchProduct(context, spec, a, b, { bias, relu })[0];
}

/** The gradients of `gpuAffine`: B and the bias in one dispatch, A in another. */
export function gpuAffineBackward(
  context: DeviceContext,
  { batch, m, k, n, sharedA, sharedB }: MatmulSpec,
  { a, b, relu, cotangent }: AffineRecord,
  wants: AffineWants,
): AffineGradients {
  const g = context.own(cotangent);
  const mask = relu && context.own(relu);
  const ofA = wants.a
    ? dispatchProduct(
      context,
      { batch, m, k: n, n: k, transposeA: false, transposeB: false, sharedA, sharedB },
      g,
      context.own(b),
      { mask },
    )
    : [];
  const ofB = wants.b || wants.bias
    ? dispatchProduct(
      context,
      { batch, m: n, k: m, n: k, transposeA: true, transposeB: false, sharedA, sharedB },
      g,
      context.own(a),
      { mask, sums: wants.bias },
    )
    : [];
  return { a: ofA[0], b: wants.b ? ofB[0] : undefined, bias: ofB[1] };
}
