import { onGpu } from "@spikeloop/dev";
import * as e from "@spikeloop/expr";
import { cpu } from "@spikeloop/cpu";
import { elementwise, tensor } from "@spikeloop/tensor";
import { assertLess } from "@std/assert";

/** Functions that WGSL lets drivers compute loosely, and how far from 0 to look. */
const functions: readonly [string, (x: e.Expr) => e.Expr, number][] = [
  ["sin", e.sin, 40],
  ["sin", e.sin, 4000],
  ["cos", e.cos, 40],
  ["tanh", e.tanh, 0.5],
  ["tanh", e.tanh, 12],
  ["atan", e.atan, 0.6],
  ["atan", e.atan, 10],
  ["erf", e.erf, 4],
  ["exp", e.exp, 20],
];

const count = 100_001;

await onGpu("functions", (backend) => {
  for (const [name, formula, range] of functions) {
    Deno.test(`${name} on the GPU is within 2e-6 of the CPU's up to ${range}`, async () => {
      const xs = Float32Array.from({ length: count }, (_, i) => (2 * i / count - 1) * range);
      const f = elementwise(name, 1, formula);
      const [actual, expected] = await Promise.all(
        [backend, cpu].map((on) => f(tensor(xs, [count], { backend: on })).data()),
      );
      // Relative to the value, but where it crosses zero, to what it is made of.
      const worst = actual.reduce(
        (most, y, i) =>
          Math.max(most, Math.abs(y - expected[i]) / Math.max(Math.abs(expected[i]), 0.1)),
        0,
      );
      assertLess(worst, 2e-6);
    });
  }
});
