import { assert } from "@std/assert";
import { cpu } from "@spikeloop/cpu";
import { mul } from "../functions.ts";
import { grad } from "../grad.ts";
import { sum } from "../sum.ts";
import { tensor } from "../create.ts";
import type { Tensor } from "../tensor.ts";
import { assertSameBits, floats, generator } from "@spikeloop/dev/testing";
import { spoilFreed } from "./spoil_freed.ts";

/** The step and tolerance of a comparison with finite differences. */
export interface GradientTolerance {
  /** Inputs move by this step, and by half of it. */
  readonly step?: number;
  /** Relative to the largest entry of the gradient, or to 1. */
  readonly tolerance?: number;
}

/**
 * Asserts that the gradients of Σ w · f(inputs), with random weights w, agree with central
 * differences of the steps h and h / 2, extrapolated: (4 D(h/2) - D(h)) / 3. With h = 0.04 their
 * own error is about 1e-5 for well-behaved f: h⁴ from the series, and 2⁻²⁴ / h from results
 * that are rounded to float32. The weighted sum is taken in double precision.
 */
export function assertGradient(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { step = 0.04, tolerance = 5e-4 }: GradientTolerance = {},
): void {
  const { backend } = inputs[0];
  const shape = f(...inputs).shape;
  const count = shape.reduce((p, n) => p * n, 1);
  const weights = floats(generator(99), count);
  const w = tensor(weights, shape, { backend });
  const gradientOf = grad((xs: readonly Tensor[]) => sum(mul(f(...xs), w)));
  const gradients = gradientOf(inputs);
  if (backend === cpu) {
    const { result } = spoilFreed(() => [gradientOf(inputs), gradientOf(inputs)]);
    for (const again of result) {
      again.forEach((g, i) =>
        assertSameBits(g.storage, gradients[i].storage, `input ${i}, in memory that is used again`)
      );
    }
  }
  const loss = (xs: readonly Tensor[]) =>
    f(...xs).dataSync().reduce((total, y, i) => total + weights[i] * y, 0);
  inputs.forEach((x, j) => {
    const values = x.dataSync();
    const at = (i: number, offset: number) => {
      const moved = values.slice();
      moved[i] += offset;
      const xs = inputs.map((other, k) => k === j ? tensor(moved, x.shape, { backend }) : other);
      return { loss: loss(xs), x: moved[i] };
    };
    const slope = (i: number, h: number) => {
      const [high, low] = [at(i, h), at(i, -h)];
      return (high.loss - low.loss) / (high.x - low.x);
    };
    const got = gradients[j].dataSync();
    const want = Array.from(values, (_, i) => (4 * slope(i, step / 2) - slope(i, step)) / 3);
    const allowed = tolerance * Math.max(1, ...want.map(Math.abs));
    got.forEach((g, i) =>
      assert(
        Math.abs(g - want[i]) <= allowed,
        `input ${j}, element ${i}: the gradient is ${g}, finite differences say ${want[i]}`,
      )
    );
  });
}
