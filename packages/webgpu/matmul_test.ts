import { assertEquals } from "@std/assert";
import type { MatmulSpec } from "@spikeloop/backend";
import { noGpu, testUnless } from "@spikeloop/dev";
import { generator } from "@spikeloop/dev/testing";
import { type WebGpu, webgpu } from "./mod.ts";

const reason = await noGpu();

/** Registers a test that has a GPU to itself. */
function test(name: string, run: (gpu: WebGpu) => Promise<void>): void {
  testUnless(reason, name, async () => {
    using gpu = await webgpu();
    await run(gpu);
  });
}

const random = generator(1);

/** Small integers: their sums are exact in any order. */
function integers(length: number): Float32Array {
  return Float32Array.from({ length }, () => Math.floor(random() * 9) - 4);
}

/** The element of a factor at (row, k) or (k, column) of a matrix. */
const at = (transposed: boolean, i: number, j: number, rows: number, columns: number) =>
  transposed ? j * rows + i : i * columns + j;

/** A · B, where A may be masked. */
function product(
  { batch, m, k, n, transposeA, transposeB }: MatmulSpec,
  a: Float32Array,
  b: Float32Array,
): Float32Array {
  return Float32Array.from({ length: batch * m * n }, (_, e) => {
    const [matrix, i, j] = [Math.floor(e / (m * n)), Math.floor(e / n) % m, e % n];
    let sum = 0;
    for (let l = 0; l < k; l++) {
      sum += a[matrix * m * k + at(transposeA, i, l, m, k)] *
        b[matrix * k * n + at(transposeB, l, j, k, n)];
    }
    return sum;
  });
}

const shared = { sharedA: false, sharedB: false, binaryA: false, binaryB: false };

type Transposes = readonly [a: boolean, b: boolean];
const all: readonly Transposes[] = [[false, false], [false, true], [true, false], [true, true]];

/** Of every way to share out the elements: whole fours and others, short and long k, a batch. */
const cases:
  readonly (readonly [[batch: number, m: number, k: number, n: number], Transposes[]])[] = [
    [[1, 33, 70, 18], [...all]],
    [[2, 20, 128, 12], [[false, true]]],
    [[1, 17, 3, 40], [...all]],
    [[1, 260, 40, 256], [[false, false], [true, false]]],
    [[1, 250, 130, 255], [[false, true]]],
    [[1, 1040, 6, 1028], [[false, true], [true, false]]],
    [[2, 180, 30, 4], [...all]],
    [[1, 3, 70, 90], [...all]],
    [[1, 1, 20000, 1], [[false, false]]],
  ];

test("a product of integers is exact, however its elements are shared out", async (gpu) => {
  for (const [[batch, m, k, n], transposes] of cases) {
    for (const [transposeA, transposeB] of transposes) {
      const spec = { ...shared, batch, m, k, n, transposeA, transposeB };
      const [a, b] = [integers(batch * m * k), integers(batch * k * n)];
      const c = gpu.matmul(spec, gpu.upload(a), gpu.upload(b));
      const [got, want] = [await gpu.read(c), product(spec, a, b)];
      assertEquals(got.findIndex((v, i) => v !== want[i]), -1, JSON.stringify(spec));
    }
  }
});

test("bias and ReLU are added in the product, forward and backward", async (gpu) => {
  for (const [m, k, n] of [[33, 70, 18], [40, 16, 64], [30, 2, 7], [300, 70, 1], [1, 300, 70]]) {
    const spec = { ...shared, batch: 1, m, k, n, transposeA: false, transposeB: true };
    const [a, b, bias, g] = [m * k, n * k, n, m * n].map(integers);
    const y = product(spec, a, b).map((sum, e) => Math.max(0, sum + bias[e % n]));
    const [ga, gb, gy, gg] = [a, b, y, g].map((x) => gpu.upload(x));
    const onGpu = gpu.affine?.(spec, ga, gb, gpu.upload(bias), true);
    const name = JSON.stringify([m, k, n]);
    assertEquals(onGpu && await gpu.read(onGpu), y, name);
    const record = { a: ga, b: gb, relu: gy, cotangent: gg };
    const slopes = gpu.affineBackward?.(spec, record, { a: true, b: true, bias: true });
    const behind = g.map((v, e) => y[e] > 0 ? v : 0);
    const ofB = { ...spec, m: n, k: m, n: k, transposeA: true, transposeB: false };
    const want = {
      a: product({ ...spec, k: n, n: k, transposeB: false }, behind, b),
      b: product(ofB, behind, a),
      bias: product({ ...ofB, n: 1 }, behind, new Float32Array(m).fill(1)),
    };
    for (const part of ["a", "b", "bias"] as const) {
      const got = slopes?.[part];
      assertEquals(got && await gpu.read(got), want[part], `${name}: ${part}`);
    }
  }
});
