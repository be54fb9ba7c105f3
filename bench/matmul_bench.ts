// The matrix product on one thread, beside the plain loop and beside the peak of WebAssembly SIMD;
// and products with spikes, beside products with numbers.
import { key, normal, uniform } from "@spikeloop/random";
import { less, matmul } from "@spikeloop/tensor";
import { limitThreads } from "@spikeloop/cpu";
import { plainLinear } from "./plain_layers.ts";
import { peakKernel } from "./peak.ts";

limitThreads(1); // threads_bench.ts measures more

const peak = peakKernel();

/**
 * [m, k, n]: hidden layers at batch 100, over five steps, one observation, a weight gradient, and a
 * large product.
 */
const shapes = [
  [100, 256, 256],
  [500, 256, 256],
  [5, 256, 256],
  [256, 256, 100],
  [1024, 1024, 1024],
] as const;

for (const [m, k, n] of shapes) {
  const group = `matmul [${m}, ${k}] x [${k}, ${n}]`;
  const [x, weight] = [normal(key(0), [m, k]), normal(key(1), [n, k])];
  const [plainX, plainWeight, bias] = [x.dataSync(), weight.dataSync(), new Float32Array(n)];
  const long = m * k * n > 1e9 ? { n: 3 } : {};
  Deno.bench({ name: "plain loop", group, baseline: true, ...long }, () => {
    plainLinear(plainX, plainWeight, bias, m);
  });
  Deno.bench({ name: "matmul", group }, () => {
    matmul(x, weight, { transposeB: true });
  });
  Deno.bench({ name: "as many multiply-adds in registers", group }, () => peak(m * k * n));
}

const [m, k, n] = [500, 256, 256];
for (const rate of [0.02, 0.05, 0.1, 0.2, 0.5]) {
  const spikes = less(uniform(key(2), [m, k]), rate);
  const [weight, slopes] = [normal(key(3), [n, k]), normal(key(4), [m, n])];
  const numbers = normal(key(5), [m, k]);
  const forward = `spikes [${m}, ${k}] at ${100 * rate} % x weights [${k}, ${n}]`;
  Deno.bench({ name: "numbers", group: forward, baseline: true }, () => {
    matmul(numbers, weight, { transposeB: true });
  });
  Deno.bench({ name: "spikes", group: forward }, () => {
    matmul(spikes, weight, { transposeB: true });
  });
  const backward = `weight gradient of the same, spikes at ${100 * rate} %`;
  Deno.bench({ name: "numbers", group: backward, baseline: true }, () => {
    matmul(slopes, numbers, { transposeA: true });
  });
  Deno.bench({ name: "spikes", group: backward }, () => {
    matmul(slopes, spikes, { transposeA: true });
  });
}
