// The baseline: the whole ILC-SAN actor, forward and backward, as plain TypeScript loops.
import {
  plainLinear,
  plainLinearBackward,
  plainPopulation,
  plainPopulationBackward,
  type PopulationRun,
} from "./plain_layers.ts";

/** The extents of an actor. */
export interface PlainActor {
  readonly obsDim: number;
  readonly encPopDim: number;
  readonly hiddenSizes: readonly number[];
  readonly actDim: number;
  readonly decPopDim: number;
  readonly timeSteps: number;
}

/** Parameters or gradients, by the names of the library's. */
export type PlainParams = Record<string, Float32Array>;

/** The results of a forward pass that the backward pass reads. */
export interface PlainPass {
  readonly action: Float32Array;
  readonly activity: Float32Array;
  /** The input of each linear layer. */
  readonly inputs: readonly Float32Array[];
  readonly runs: readonly PopulationRun[];
}

const none = new Float32Array(0);
const linearName = (i: number) => `snn.hidden_layers.Linear${i}`;
const lateralName = (a: PlainActor) =>
  `snn.hidden_layers.ILCCUBALIFNode${a.hiddenSizes.length}.conn`;

/** The units of every linear layer, and the groups behind it. */
function layersOf(a: PlainActor, batch: number) {
  const extents = { steps: a.timeSteps, batch };
  return [
    ...a.hiddenSizes.map((units) => ({ ...extents, units, group: 0 })),
    { ...extents, units: a.actDim * a.decPopDim, group: a.decPopDim },
  ];
}

/** Observations [N, obsDim] to actions [N, actDim]. */
export function plainActorForward(a: PlainActor, p: PlainParams, obs: Float32Array): PlainPass {
  const { obsDim, encPopDim, actDim, decPopDim, timeSteps } = a;
  const batch = obs.length / obsDim;
  const features = obsDim * encPopDim;
  const activity = new Float32Array(batch * features);
  for (let i = 0; i < activity.length; i++) {
    const unit = i % features;
    const z = (obs[Math.floor(i / encPopDim)] - p["encoder.mean"][unit]) / p["encoder.std"][unit];
    activity[i] = Math.exp(-0.5 * z * z);
  }
  const encoded = new Float32Array(timeSteps * activity.length);
  const v = new Float32Array(activity.length);
  for (let t = 0; t < timeSteps; t++) {
    for (let i = 0; i < activity.length; i++) {
      const u = v[i] + activity[i];
      const s = u >= 0.999 ? 1 : 0;
      v[i] = u - s * 0.999;
      encoded[t * activity.length + i] = s;
    }
  }
  const inputs: Float32Array[] = [encoded];
  const runs = layersOf(a, batch).map((layer, i) => {
    const { [`${linearName(i)}.weight`]: weight, [`${linearName(i)}.bias`]: bias } = p;
    const current = plainLinear(inputs[i], weight, bias, timeSteps * batch);
    const wired = layer.group > 0;
    const lateral = wired ? p[`${lateralName(a)}.weight`] : none;
    const lateralBias = wired ? p[`${lateralName(a)}.bias`] : none;
    const run = plainPopulation(layer, current, lateral, lateralBias);
    inputs.push(run.spikes);
    return run;
  });
  const sent = runs[runs.length - 1].spikes;
  const { "decoder.decoder.0.weight": weight, "decoder.decoder.0.bias": bias } = p;
  const action = new Float32Array(batch * actDim);
  for (let n = 0; n < batch; n++) {
    for (let d = 0; d < actDim; d++) {
      let membrane = 0;
      for (let t = 0; t < timeSteps; t++) {
        const from = ((t * batch + n) * actDim + d) * decPopDim;
        for (let k = 0; k < decPopDim; k++) membrane += weight[d * decPopDim + k] * sent[from + k];
        membrane += bias[d];
      }
      action[n * actDim + d] = Math.tanh(membrane);
    }
  }
  return { action, activity, inputs, runs };
}

/** The gradients of all parameters, given those of the actions. */
export function plainActorBackward(
  a: PlainActor,
  p: PlainParams,
  obs: Float32Array,
  { action, activity, inputs, runs }: PlainPass,
  gAction: Float32Array,
): PlainParams {
  const { obsDim, encPopDim, actDim, decPopDim, timeSteps } = a;
  const batch = obs.length / obsDim;
  const grads: PlainParams = Object.fromEntries(
    Object.entries(p).map(([name, values]) => [name, new Float32Array(values.length)]),
  );
  const { "decoder.decoder.0.weight": weight } = p;
  const { "decoder.decoder.0.weight": gWeight, "decoder.decoder.0.bias": gBias } = grads;
  const sent = runs[runs.length - 1].spikes;
  let g: Float32Array = new Float32Array(sent.length);
  for (let i = 0; i < action.length; i++) {
    const d = i % actDim;
    const gMembrane = gAction[i] * (1 - action[i] * action[i]);
    for (let t = 0; t < timeSteps; t++) {
      const from = (t * batch * actDim + i) * decPopDim;
      gBias[d] += gMembrane;
      for (let k = 0; k < decPopDim; k++) {
        gWeight[d * decPopDim + k] += gMembrane * sent[from + k];
        g[from + k] = gMembrane * weight[d * decPopDim + k];
      }
    }
  }
  const layers = layersOf(a, batch);
  for (let i = layers.length - 1; i >= 0; i--) {
    const wired = layers[i].group > 0;
    const lateral = wired ? p[`${lateralName(a)}.weight`] : none;
    const back = plainPopulationBackward(layers[i], runs[i], lateral, g);
    if (wired) {
      grads[`${lateralName(a)}.weight`] = back.gWeight;
      grads[`${lateralName(a)}.bias`] = back.gBias;
    }
    const linear = plainLinearBackward(
      inputs[i],
      p[`${linearName(i)}.weight`],
      back.gx,
      timeSteps * batch,
    );
    grads[`${linearName(i)}.weight`] = linear.gWeight;
    grads[`${linearName(i)}.bias`] = linear.gBias;
    g = linear.gx;
  }
  const features = obsDim * encPopDim;
  const { "encoder.mean": gMean, "encoder.std": gStd } = grads;
  for (let i = 0; i < activity.length; i++) {
    // Straight through the spike, not through the reset: step t's cotangent reaches the input of
    // every step up to t.
    let gActivity = 0;
    for (let t = 0; t < timeSteps; t++) gActivity += (t + 1) * g[t * activity.length + i];
    const unit = i % features;
    const std = p["encoder.std"][unit];
    const z = (obs[Math.floor(i / encPopDim)] - p["encoder.mean"][unit]) / std;
    gMean[unit] += gActivity * activity[i] * z / std;
    gStd[unit] += gActivity * activity[i] * z * z / std;
  }
  return grads;
}
