import { assert, assertEquals } from "@std/assert";
import type { MatmulSpec } from "@spikeloop/backend";
import { planProduct } from "./matmul.ts";
import type { ProductText } from "./matmul_text.ts";
import { countAccesses } from "./testing/count_accesses.ts";

/** The work around a product. */
type Around = Partial<Pick<ProductText, "mask" | "bias" | "relu" | "sums">>;

/** Counts for the first workgroup of a product, with the work around it. */
function accessesOf(
  m: number,
  k: number,
  n: number,
  transposeA: boolean,
  transposeB: boolean,
  around: Around = {},
) {
  const spec: MatmulSpec = {
    ...{ batch: 1, m, k, n, transposeA, transposeB },
    ...{ sharedA: false, sharedB: false, binaryA: false, binaryB: false },
  };
  const plan = planProduct(spec);
  const all = { mask: false, bias: false, relu: false, sums: false, ...around };
  const hasThird = all.mask || all.bias;
  const text = plan.print({
    ...{ transposeA, transposeB, ...all },
    wide: {
      a: (transposeA ? m : k) % 4 === 0,
      b: (transposeB ? k : n) % 4 === 0,
      c: !transposeB && n % 4 === 0,
    },
    sources: hasThird ? ["b0", "b1", "b2"] : ["b0", "b1"],
    results: all.sums ? ["result", "result"] : ["result"],
  });
  const offsets = new Array<number>(3 + Number(hasThird) + Number(all.sums)).fill(0);
  const uniforms = [...offsets, m, k, n, 0, 0, plan.workgroups, plan.workgroups, 1];
  const counts = countAccesses(text, uniforms);
  return { ...counts, workgroups: plan.workgroups };
}

const transposes = [[false, false], [false, true], [true, false], [true, true]] as const;

Deno.test("accesses are counted from the text of a shader", () => {
  const text = (index: string) => `
@group(0) @binding(1) var<storage, read> b0: array<f32>;
var<workgroup> shared: array<f32, 2048>;
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  for (var i = 0u; i < u(0u); i += 2u) {
    // Comments (of any kind) are skipped.
    if (lane < 48u) { shared[${index}] = b0[lane + i] * 2.0; }
  }
}`;
  const none = { numbers: 96, loads: 96, shared: 4, conflicts: 0 };
  assertEquals(countAccesses(text("lane"), [4]), none);
  assertEquals(countAccesses(text("0u"), [4]), none);
  assertEquals(countAccesses(text("lane * 2u"), [4]).conflicts, 2 * 1);
  assertEquals(countAccesses(text("lane * 32u"), [4]).conflicts, 2 * (31 + 15));
});

Deno.test("products have no bank conflicts, whatever their tiles and transposes are", () => {
  for (const [m, k, n] of [[100, 256, 256], [100, 23, 256], [512, 512, 512], [1024, 64, 1024]]) {
    for (const [transposeA, transposeB] of transposes) {
      const { conflicts } = accessesOf(m, k, n, transposeA, transposeB);
      assertEquals(conflicts, 0, JSON.stringify([m, k, n, transposeA, transposeB]));
    }
  }
});

Deno.test("bias, ReLU, mask and sums cause no bank conflicts, and few more loads", () => {
  const extents = [[100, 256, 256], [500, 60, 256], [100, 256, 1], [3, 256, 100]] as const;
  for (const [m, k, n] of extents) {
    const plain = accessesOf(m, k, n, false, true);
    const forward = accessesOf(m, k, n, false, true, { bias: true, relu: true });
    assertEquals([plain.conflicts, forward.conflicts, forward.shared], [0, 0, plain.shared]);
    // A row of the bias for each row of the tile.
    assert(forward.numbers - plain.numbers <= m * n);
    for (const transposeA of [false, true]) {
      const backward = accessesOf(m, k, n, transposeA, false, { mask: true, sums: transposeA });
      assertEquals(backward.conflicts, 0, JSON.stringify([m, k, n, transposeA]));
    }
  }
});

Deno.test("products of whole fours read storage and workgroup memory by fours", () => {
  for (const [transposeA, transposeB] of transposes) {
    const { numbers, loads, shared } = accessesOf(1024, 64, 1024, transposeA, transposeB);
    assertEquals([numbers, loads], [2 * 64 * 64, 2 * 64 * 64 / 4]);
    // Eight warps stage two fours per thread and turn, and read eight for 64 products.
    assertEquals(shared, 8 * 4 * (2 + 4 * 8) + 8 * 2);
  }
});

Deno.test("a factor of one column is read once, in as many workgroups as its rows fill", () => {
  const { loads, numbers, workgroups } = accessesOf(100, 256, 1, false, true);
  assertEquals([numbers * workgroups, loads * workgroups], [2 * 100 * 256, 100 * (64 + 256)]);
  assertEquals(workgroups, 25);
});

Deno.test("small products make enough workgroups, and slices share a long k", () => {
  const workgroups = (edge: number, k = 5) => accessesOf(edge, k, edge, false, true).workgroups;
  assertEquals([workgroups(512), workgroups(1024), workgroups(100, 64)], [256, 256, 49]);
  // Eight slices of 16 threads read 32 of the 256 steps each.
  assertEquals(accessesOf(16, 256, 16, false, true).loads, 2 * 16 * 256 / 4);
});
