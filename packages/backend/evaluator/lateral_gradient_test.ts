import { assertEquals } from "@std/assert";
import { floats, generator, spikes } from "@spikeloop/dev/testing";
import { hostArray } from "../host_storage.ts";
import { gradientRows, sumsBySets } from "../summation_order.ts";
import { evaluateLateralGradient, evaluateParamGradient } from "./lateral_gradient.ts";

/** The same sums in double precision, in whatever order. */
function plainSums(
  records: readonly { readonly lateral: Float32Array; readonly out: Float32Array }[],
  units: number,
  group: number,
): { weight: number[]; bias: number[] } {
  const weight = new Array<number>(units * group).fill(0);
  const bias = new Array<number>(units).fill(0);
  for (const { lateral, out } of records) {
    lateral.forEach((g, i) => {
      const d = i % units;
      bias[d] += g;
      for (let k = 0; k < group; k++) weight[d * group + k] += g * out[i - d % group + k];
    });
  }
  return { weight, bias };
}

function assertNear(got: Float32Array, want: readonly number[]): void {
  const worst = Math.max(...want.map((w, i) => Math.abs(w - got[i])));
  assertEquals(worst < 1e-3, true, `off by ${worst}`);
}

for (const [batch, binary] of [[3, true], [70, true], [70, false]] as const) {
  const way = sumsBySets({ batch, group: 7, binary }) ? "by subsets" : "per source";
  Deno.test(`gradients of ${batch} rows are summed ${way} to the same numbers (${binary})`, () => {
    const random = generator(batch);
    const [units, group] = [14, 7];
    const records = Array.from({ length: 3 }, () => ({
      lateral: floats(random, batch * units),
      out: binary ? spikes(random, batch * units, 0.4) : floats(random, batch * units),
    }));
    const got = evaluateLateralGradient(records, { batch, units, group, binary });
    const want = plainSums(records, units, group);
    assertNear(hostArray(got.weight), want.weight);
    assertNear(hostArray(got.bias), want.bias);
  });
}

Deno.test("64 rows make a partial sum, the latest step first", () => {
  const batch = gradientRows + 1;
  const big = 2 ** 24;
  // The first slab is 2²⁴ + 64 · 1 of the later step, one by one: every 1 is lost.
  const latest = new Float32Array(batch).fill(0);
  latest[0] = big;
  const earlier = new Float32Array(batch).fill(1);
  assertEquals(evaluateParamGradient([latest, earlier], batch, 1)[0], big);
  assertEquals(evaluateParamGradient([earlier, latest], batch, 1)[0], big + gradientRows);
});
