import { add, detach, type Expr, input, mul, spike, sub } from "@spikeloop/expr";
import { adaptive, currentBased, leaky, noisyCount, slopes } from "@spikeloop/dev/testing";
import { assertEquals } from "@std/assert";
import { defineScan } from "./define_scan.ts";
import { keptValues } from "./kept_values.ts";
import { scanPullback } from "./scan_pullback.ts";
import type { ScanKernel } from "./skeletons.ts";

const [x, v, c, a, decay] = ["x", "v", "c", "a", "decay"].map(input);

/** The values that the gradients of x, the states and these parameters keep. */
function keptOf(kernel: ScanKernel, learned: readonly string[] = []): readonly Expr[] {
  const { x, states, params } = scanPullback(kernel);
  const wanted = kernel.params.map((p, i) => learned.includes(p) ? params[i] : undefined);
  return keptValues(kernel, [x, ...states, ...wanted].filter((e) => e !== undefined));
}

Deno.test("one number a step is enough for LIF and CUBA-LIF, whatever is reset", () => {
  assertEquals(keptOf(leaky(slopes.rect)), [add(mul(v, decay), x)]);
  for (const detachReset of [false, true]) {
    assertEquals(keptOf(currentBased(slopes.rational, detachReset)).length, 1);
  }
});

Deno.test("an adaptive threshold takes no more: how far the membrane is over it", () => {
  const over = sub(add(mul(v, decay), x), add(input("threshold"), mul(0.3, a)));
  assertEquals(keptOf(adaptive(slopes.rect)), [over]);
});

Deno.test("a learned decay takes the state before the step as well", () => {
  assertEquals(keptOf(leaky(slopes.rect), ["threshold"]).length, 1);
  assertEquals(new Set(keptOf(leaky(slopes.rect), ["decay"])), new Set([v, add(mul(v, decay), x)]));
});

Deno.test("a linear unit keeps nothing, and noise counts as what changes", () => {
  assertEquals(keptOf(noisyCount()), []);
  const noisy = add(mul(v, input("n")), x);
  const kernel = defineScan({
    name: "noisy",
    states: ["v"],
    params: [],
    noise: ["n"],
    out: noisy,
    next: [noisy],
    binary: false,
  });
  assertEquals(keptOf(kernel), [input("n")]);
});

Deno.test("values that paths share are counted once, and two paths take two", () => {
  const u = add(mul(v, 0.5), x);
  const w = add(mul(c, 0.5), x);
  const out = spike(sub(u, w), mul(u, w));
  const kernel = defineScan({
    name: "two",
    states: ["v", "c"],
    params: [],
    out,
    next: [sub(u, detach(out)), w],
    binary: true,
  });
  assertEquals(new Set(keptOf(kernel)), new Set([u, w]));
});
