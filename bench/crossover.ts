// Prints the share of numbers other than 0 in the left factor at which a product that skips zeros
// takes as long as one that doesn't: packages/cpu/matmul/sparsity.ts decides by these figures. Run
// it with `deno run -A bench/crossover.ts`.
import { limitThreads } from "@spikeloop/cpu";
import { matmulBy } from "../packages/cpu/matmul/matmul.ts";
import { generator } from "@spikeloop/dev/testing";

const shapes = [
  ...[1, 5, 20, 500].map((m) => [m, 256, 256]),
  ...[500].map((m) => [m, 170, 256]),
  ...[100, 500].map((m) => [m, 64, 64]),
  ...[1, 4, 8, 9, 16, 24, 32, 60, 100].map((n) => [100, 256, n]),
];

/** Milliseconds of the fastest of many runs. */
function fastest(run: () => void, work: number): number {
  let best = Infinity;
  const repetitions = Math.min(300, Math.max(20, 1e8 / work));
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** The density at which the ratio of both times passes 1; 0 or 1 where it never does. */
function crossover([m, k, n]: readonly number[], binaryA: boolean): number {
  const random = generator(1);
  const b = new Float32Array(k * n).map(() => random() - 0.5);
  const spec = { batch: 1, m, k, n, transposeA: false, transposeB: true, binaryA };
  const full = { ...spec, sharedA: true, sharedB: true, binaryB: false };
  let [before, ratioBefore] = [0, 0];
  for (let density = 0.05; density <= 1; density += 0.05) {
    const a = new Float32Array(m * k).map(() =>
      random() < density ? binaryA ? 1 : random() - 0.5 : 0
    );
    const time = (below: number) =>
      fastest(() => matmulBy({ swapped: false, below, density: 1 }, full, a, b), m * k * n);
    const ratio = time(Infinity) / time(0);
    if (ratio >= 1) {
      if (before === 0) return 0;
      return before + (density - before) * (1 - ratioBefore) / (ratio - ratioBefore);
    }
    [before, ratioBefore] = [density, ratio];
  }
  return 1;
}

// Helpers would share one of the two products only.
limitThreads(1);
console.log("| product | spikes | numbers |\n| --- | --- | --- |");
for (const shape of shapes) {
  const [m, k, n] = shape;
  const [spikes, numbers] = [true, false].map((binary) => crossover(shape, binary).toFixed(2));
  console.log(`| [${m}, ${k}] x [${k}, ${n}] | ${spikes} | ${numbers} |`);
}
