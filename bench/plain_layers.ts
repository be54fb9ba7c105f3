// Layers of the baselines: plain loops over Float32Arrays, straight from the equations.

/** y = x · weightᵀ + bias for `rows` rows; the weight is [outputs, inputs]. */
export function plainLinear(
  x: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
  rows: number,
): Float32Array {
  const outputs = bias.length;
  const inputs = weight.length / outputs;
  const y = new Float32Array(rows * outputs);
  for (let n = 0; n < rows; n++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o];
      for (let i = 0; i < inputs; i++) sum += weight[o * inputs + i] * x[n * inputs + i];
      y[n * outputs + o] = sum;
    }
  }
  return y;
}

/** The gradients of a linear layer, given those of y. */
export function plainLinearBackward(
  x: Float32Array,
  weight: Float32Array,
  gy: Float32Array,
  rows: number,
): { gx: Float32Array; gWeight: Float32Array; gBias: Float32Array } {
  const outputs = gy.length / rows;
  const inputs = weight.length / outputs;
  const gx = new Float32Array(rows * inputs);
  const gWeight = new Float32Array(weight.length);
  const gBias = new Float32Array(outputs);
  for (let n = 0; n < rows; n++) {
    for (let o = 0; o < outputs; o++) {
      const g = gy[n * outputs + o];
      gBias[o] += g;
      for (let i = 0; i < inputs; i++) {
        gx[n * inputs + i] += weight[o * inputs + i] * g;
        gWeight[o * inputs + i] += x[n * inputs + i] * g;
      }
    }
  }
  return { gx, gWeight, gBias };
}

/**
 * The extents of a population: T steps, N rows, D units, wired in groups of P; 0 for not at all.
 */
export interface PopulationExtents {
  readonly steps: number;
  readonly batch: number;
  readonly units: number;
  readonly group: number;
}

/** The results of a forward pass that the backward pass reads. */
export interface PopulationRun {
  readonly spikes: Float32Array;
  /** The membrane before reset. */
  readonly membrane: Float32Array;
}

const [cDecay, vDecay, vThreshold] = [0.5, 0.75, 0.5];

/** CUBA-LIF units over T steps, hard reset to 0, with or without lateral connection. */
export function plainPopulation(
  { steps, batch, units, group }: PopulationExtents,
  x: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
): PopulationRun {
  const size = batch * units;
  const spikes = new Float32Array(steps * size);
  const membrane = new Float32Array(steps * size);
  const [c, v] = [new Float32Array(size), new Float32Array(size)];
  const lateral = new Float32Array(size);
  for (let t = 0; t < steps; t++) {
    const at = t * size;
    for (let i = 0; i < size; i++) {
      c[i] = c[i] * cDecay + x[at + i] + lateral[i];
      const u = v[i] * vDecay + c[i];
      membrane[at + i] = u;
      spikes[at + i] = u >= vThreshold ? 1 : 0;
      v[i] = u >= vThreshold ? 0 : u;
    }
    for (let i = 0; group > 0 && i < size; i++) {
      const unit = i % units;
      const first = i - unit % group;
      let sum = bias[unit];
      for (let k = 0; k < group; k++) sum += weight[unit * group + k] * spikes[at + first + k];
      lateral[i] = sum;
    }
  }
  return { spikes, membrane };
}

/** Backward through time with the surrogate rect: slope 1 where |u - vThreshold| < 1/2. */
export function plainPopulationBackward(
  { steps, batch, units, group }: PopulationExtents,
  { spikes, membrane }: PopulationRun,
  weight: Float32Array,
  gSpikes: Float32Array,
): { gx: Float32Array; gWeight: Float32Array; gBias: Float32Array } {
  const size = batch * units;
  const gx = new Float32Array(steps * size);
  const gWeight = new Float32Array(units * group);
  const gBias = new Float32Array(units);
  const [gc, gv] = [new Float32Array(size), new Float32Array(size)];
  const gs = new Float32Array(size);
  for (let t = steps - 1; t >= 0; t--) {
    const at = t * size;
    gs.set(gSpikes.subarray(at, at + size));
    for (let i = 0; group > 0 && t < steps - 1 && i < size; i++) {
      const unit = i % units;
      const first = i - unit % group;
      const g = gx[at + size + i];
      gBias[unit] += g;
      for (let k = 0; k < group; k++) {
        gs[first + k] += weight[unit * group + k] * g;
        gWeight[unit * group + k] += g * spikes[at + first + k];
      }
    }
    for (let i = 0; i < size; i++) {
      const u = membrane[at + i];
      const slope = Math.abs(u - vThreshold) < 0.5 ? 1 : 0;
      const gu = (1 - spikes[at + i]) * gv[i] + (gs[i] - u * gv[i]) * slope;
      gc[i] = gc[i] * cDecay + gu;
      gv[i] = gu * vDecay;
      gx[at + i] = gc[i];
    }
  }
  return { gx, gWeight, gBias };
}
