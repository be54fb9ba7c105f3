// Prints how much memory a call of `valueAndGrad` of an ordinary loss makes, and how many pages of
// it the system had to find, beside the bytes of its results, which every call must make. Run it
// with `deno run -A bench/memory.ts`. Pages are counted where /proc is.
import { crossEntropy, meanSquaredError } from "@spikeloop/functional";
import { key, uniform } from "@spikeloop/random";
import { mean, mul, reshape, sum, type Tensor, treeLeaves, valueAndGrad } from "@spikeloop/tensor";
import { extents, type Problem, problem, shapeName } from "./shapes.ts";

let bytes = 0;

/** Counts the bytes of arrays that are made with memory of their own. */
globalThis.Float32Array = new Proxy(Float32Array, {
  construct(target, args, newTarget) {
    const array = Reflect.construct(target, args, newTarget);
    if (!(args[0] instanceof ArrayBuffer)) bytes += array.byteLength;
    return array;
  },
});

/** Pages that the system has found for this process so far; NaN where it doesn't tell. */
function pageFaults(): number {
  try {
    const stat = Deno.readTextFileSync("/proc/self/stat");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[7]);
  } catch {
    return NaN;
  }
}

/** Losses of spikes [T, N, D]. */
function losses({ extents: { batch, actDim, decPopDim } }: Problem, weights: Tensor) {
  const labels = Array.from({ length: batch }, (_, i) => i % actDim);
  return {
    "weighted sum": (spikes: Tensor) => sum(mul(spikes, weights)),
    "mean squared error": (spikes: Tensor) => meanSquaredError(spikes, weights),
    "cross-entropy of rates": (spikes: Tensor) =>
      crossEntropy(mean(reshape(mean(spikes, 0), [batch, actDim, decPopDim]), 2), labels),
  };
}

const megabytes = (count: number) => (count / 1e6).toFixed(2).padStart(8);

for (const shape of [extents(5, 100, 8, 10), extents(16, 256, 8, 10), extents(16, 1024, 16, 16)]) {
  const p = problem(shape);
  const { population, state, x } = p;
  const params = { ...p.params, x };
  for (const [name, loss] of Object.entries(losses(p, uniform(key(2), x.shape)))) {
    const call = valueAndGrad(({ x, ...params }: { x: Tensor; [name: string]: Tensor }) =>
      loss(population.multiStep(params, state, x)[1])
    );
    const calls = 30;
    let results = 0;
    for (let i = 0; i < calls; i++) {
      results = treeLeaves(call(params)).reduce((total, t) => total + 4 * t.size, 0);
    }
    const [bytesBefore, pagesBefore] = [bytes, pageFaults()];
    const start = performance.now();
    for (let i = 0; i < calls; i++) call(params);
    const took = (performance.now() - start) / calls;
    const made = (bytes - bytesBefore) / calls;
    const pages = (pageFaults() - pagesBefore) / calls;
    console.log(
      `${shapeName(shape)} ${name.padEnd(24)} ${megabytes(made)} MB, results ${
        megabytes(results)
      }` +
        ` MB, ${pages.toFixed(0).padStart(6)} pages, ${took.toFixed(2).padStart(7)} ms`,
    );
  }
}
