import { assert, assertEquals } from "@std/assert";
import { generator, leaky, scanCase, slopes, symmetric } from "@spikeloop/dev/testing";
import { hostArray } from "../host_storage.ts";
import type { ScanArgs } from "../skeletons.ts";
import { evaluateScan } from "./scan.ts";
import { evaluateScanBackward } from "./scan_backward.ts";

/** A smooth unit, so that finite differences exist. */
const kernel = leaky(slopes.rational, true);

Deno.test("the gradients of a scan agree with finite differences", () => {
  const random = generator(3);
  const size = 2 * 6;
  const { args: drawn } = scanCase(kernel, { steps: 3, batch: 2, groups: 2, group: 3 }, random);
  const args: ScanArgs = {
    ...drawn,
    x: symmetric(random, 3 * size),
    state: [symmetric(random, size)],
    params: [0.4, symmetric(random, 6, 0.5), symmetric(random, 1, 0.5)],
  };
  const cotangents = {
    out: symmetric(random, 3 * size),
    state: [symmetric(random, size)],
    lateral: symmetric(random, size),
  };
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const loss = (moved: ScanArgs) => {
    const { out, state, lateral } = evaluateScan(kernel, moved, []);
    assert(lateral !== undefined);
    return dot(hostArray(out), cotangents.out) + dot(hostArray(state[0]), cotangents.state[0]) +
      dot(hostArray(lateral), cotangents.lateral);
  };
  const { out } = evaluateScan(kernel, args, []);
  const wants = { weights: true, params: ["none", "sum", "rows"] as const };
  const gradients = evaluateScanBackward(kernel, args, out, cotangents, wants);

  const slope = (move: (by: number) => ScanArgs) => {
    const h = 0.02;
    return (loss(move(h)) - loss(move(-h))) / (2 * h);
  };
  const moved = (numbers: Float32Array, i: number, by: number) =>
    numbers.map((x, j) => j === i ? x + by : x);
  const compare = (
    name: string,
    gradient: Float32Array,
    numbers: Float32Array,
    place: (numbers: Float32Array) => ScanArgs,
  ) =>
    gradient.forEach((got, i) => {
      const want = slope((by) => place(moved(numbers, i, by)));
      assert(
        Math.abs(got - want) < 2e-3 * Math.max(1, Math.abs(want)),
        `${name} ${i}: ${got}, ${want}`,
      );
    });

  const numbersOf = (s: ScanArgs["bias"]) => hostArray(s ?? new Float32Array(0));
  compare("x", hostArray(gradients.x), hostArray(args.x), (x) => ({ ...args, x }));
  compare(
    "v",
    hostArray(gradients.state[0]),
    hostArray(args.state[0]),
    (v) => ({ ...args, state: [v] }),
  );
  compare(
    "weight",
    numbersOf(gradients.weight),
    numbersOf(args.weight),
    (weight) => ({ ...args, weight }),
  );
  compare("bias", numbersOf(gradients.bias), numbersOf(args.bias), (bias) => ({ ...args, bias }));
  const [threshold, decay, rest] = args.params;
  compare("decay", numbersOf(gradients.params[1]), hostArray(decay as Float32Array), (d) => ({
    ...args,
    params: [threshold, d, rest],
  }));
  // "rows" sums over time only: all rows and units together are the gradient of the one number.
  const perUnit = numbersOf(gradients.params[2]);
  assertEquals(perUnit.length, size);
  compare(
    "rest",
    Float32Array.of(perUnit.reduce((a, b) => a + b)),
    hostArray(rest as Float32Array),
    (r) => ({
      ...args,
      params: [threshold, decay, r],
    }),
  );
  assertEquals(gradients.params[0], undefined);
});
