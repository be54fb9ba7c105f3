// The baseline of a training step: a population classifies by the firing rates of its groups.
import type { Extents } from "./plain_scan.ts";
import { plainPopulation, plainPopulationBackward } from "./plain_layers.ts";
import { plainAdam, type PlainLearner } from "./plain_td3.ts";

/** The gradient of the mean cross-entropy of logits [batch, classes]. */
function plainCrossEntropyBackward(
  logits: Float32Array,
  labels: Uint8Array,
  classes: number,
): Float32Array {
  const g = new Float32Array(logits.length);
  for (let n = 0; n < labels.length; n++) {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const most = Math.max(...row);
    let total = 0;
    for (let a = 0; a < classes; a++) total += Math.exp(row[a] - most);
    for (let a = 0; a < classes; a++) {
      const share = Math.exp(row[a] - most) / total;
      g[n * classes + a] = (share - (a === labels[n] ? 1 : 0)) / labels.length;
    }
  }
  return g;
}

/** One step of Adam for the cross-entropy of the mean spikes of each group of units. */
export function plainClassifierStep(
  { steps, batch, actDim, decPopDim }: Extents,
  learner: PlainLearner,
  x: Float32Array,
  labels: Uint8Array,
  step: number,
): void {
  const { weight, bias } = learner.params;
  const units = actDim * decPopDim;
  const population = { steps, batch, units, group: decPopDim };
  const run = plainPopulation(population, x, weight, bias);
  const count = steps * decPopDim;
  const groupOf = (i: number) => Math.floor(i % (batch * units) / decPopDim);
  const rates = new Float32Array(batch * actDim);
  for (let i = 0; i < run.spikes.length; i++) rates[groupOf(i)] += run.spikes[i] / count;
  const gRates = plainCrossEntropyBackward(rates, labels, actDim);
  const g = new Float32Array(run.spikes.length);
  for (let i = 0; i < g.length; i++) g[i] = gRates[groupOf(i)] / count;
  const { gWeight, gBias } = plainPopulationBackward(population, run, weight, g);
  plainAdam(learner, { weight: gWeight, bias: gBias }, step, 1e-3);
}
