import { add, type Expr, input, mul, sub } from "@spikeloop/expr";
import { assertEquals } from "@std/assert";
import { currentBased, integrateAndFire, leaky, slopes } from "@spikeloop/dev/testing";
import { keptValueOf } from "./kept_value.ts";
import { scanPullback } from "./scan_pullback.ts";
import type { ScanKernel } from "./skeletons.ts";

const [x, v, c, threshold, decay] = ["x", "v", "c", "threshold", "decay"].map(input);
const membrane = add(mul(v, decay), x);

/** The value that a pullback with gradients of these parameters keeps. */
function keptOf(kernel: ScanKernel, wanted: readonly string[] = []): Expr | undefined {
  const { x, states, params } = scanPullback(kernel);
  const ofParams = params.filter((_, i) => wanted.includes(kernel.params[i]));
  return keptValueOf(kernel, [x, ...states, ...ofParams].filter((root) => root !== undefined));
}

Deno.test("a pullback keeps the membrane before reset, whatever it is made of", () => {
  assertEquals(keptOf(leaky(slopes.rect)), membrane);
  assertEquals(keptOf(integrateAndFire(slopes.rational)), add(v, x));
  const current = add(mul(c, 0.5), x);
  assertEquals(keptOf(currentBased(slopes.rect)), add(mul(v, decay), current));
});

Deno.test("with soft reset it keeps how far the membrane is over the threshold", () => {
  assertEquals(keptOf(integrateAndFire(slopes.rect, true)), sub(add(v, x), threshold));
});

Deno.test("a gradient that reads the state before the step keeps it", () => {
  assertEquals(keptOf(leaky(slopes.rect), ["threshold"]), membrane);
  assertEquals(keptOf(leaky(slopes.rect), ["decay"]), undefined);
});
