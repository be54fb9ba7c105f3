// The baseline: a CUBA-LIF population with its lateral connection as a plain TypeScript loop over
// Float32Arrays, forward and backward through time, as an able programmer writes it for speed.

/** The extents of a run: T steps, N rows, A groups of P units. */
export interface Extents {
  readonly steps: number;
  readonly batch: number;
  readonly actDim: number;
  readonly decPopDim: number;
}

/** Decays, threshold and the value after a spike. */
export interface Constants {
  readonly cDecay: number;
  readonly vDecay: number;
  readonly vThreshold: number;
  readonly vReset: number;
}

/** State and lateral current, [N, D] each. */
export interface PlainState {
  readonly c: Float32Array;
  readonly v: Float32Array;
  readonly lateral: Float32Array;
}

/** One step: advances `state` in place and writes the spikes to `spikes` at `at`. */
export function plainStep(
  { batch, actDim, decPopDim }: Omit<Extents, "steps">,
  { cDecay, vDecay, vThreshold, vReset }: Constants,
  weight: Float32Array,
  bias: Float32Array,
  { c, v, lateral }: PlainState,
  x: Float32Array,
  spikes: Float32Array,
  at: number,
): void {
  const units = actDim * decPopDim;
  for (let n = 0; n < batch; n++) {
    const row = n * units;
    for (let d = 0; d < units; d++) {
      const i = row + d;
      const current = c[i] * cDecay + x[at + i] + lateral[i];
      const u = v[i] * vDecay + current;
      const s = u >= vThreshold ? 1 : 0;
      c[i] = current;
      v[i] = (1 - s) * u + s * vReset;
      spikes[at + i] = s;
    }
    for (let a = 0; a < actDim; a++) {
      const first = a * decPopDim;
      for (let j = 0; j < decPopDim; j++) {
        let sum = bias[first + j];
        const w = (first + j) * decPopDim;
        const s = at + row + first;
        for (let k = 0; k < decPopDim; k++) sum += weight[w + k] * spikes[s + k];
        lateral[row + first + j] = sum;
      }
    }
  }
}

/** T steps from rest: the spikes [T, N, D] and the last state. */
export function plainForward(
  extents: Extents,
  constants: Constants,
  weight: Float32Array,
  bias: Float32Array,
  x: Float32Array,
): { spikes: Float32Array; state: PlainState } {
  const size = extents.batch * extents.actDim * extents.decPopDim;
  const spikes = new Float32Array(extents.steps * size);
  const state = {
    c: new Float32Array(size),
    v: new Float32Array(size),
    lateral: new Float32Array(size),
  };
  for (let t = 0; t < extents.steps; t++) {
    plainStep(extents, constants, weight, bias, state, x, spikes, t * size);
  }
  return { spikes, state };
}

/**
 * Runs forward and backward through time with the rect surrogate: slope 1 where
 * |u - vThreshold| < 1/2. Keeps the membrane before reset of every step. Returns the gradients of
 * x, weight and bias for those of the spikes.
 */
export function plainForwardBackward(
  extents: Extents,
  constants: Constants,
  weight: Float32Array,
  bias: Float32Array,
  x: Float32Array,
  gSpikes: Float32Array,
): { spikes: Float32Array; gx: Float32Array; gWeight: Float32Array; gBias: Float32Array } {
  const { steps, batch, actDim, decPopDim } = extents;
  const { cDecay, vDecay, vThreshold, vReset } = constants;
  const units = actDim * decPopDim;
  const size = batch * units;
  const spikes = new Float32Array(steps * size);
  const membrane = new Float32Array(steps * size);
  const c = new Float32Array(size);
  const v = new Float32Array(size);
  const lateral = new Float32Array(size);
  for (let t = 0; t < steps; t++) {
    const at = t * size;
    for (let i = 0; i < size; i++) {
      const current = c[i] * cDecay + x[at + i] + lateral[i];
      const u = v[i] * vDecay + current;
      const s = u >= vThreshold ? 1 : 0;
      c[i] = current;
      membrane[at + i] = u;
      v[i] = (1 - s) * u + s * vReset;
      spikes[at + i] = s;
    }
    for (let n = 0; n < batch; n++) {
      for (let a = 0; a < actDim; a++) {
        const first = a * decPopDim;
        const s = at + n * units + first;
        for (let j = 0; j < decPopDim; j++) {
          let sum = bias[first + j];
          const w = (first + j) * decPopDim;
          for (let k = 0; k < decPopDim; k++) sum += weight[w + k] * spikes[s + k];
          lateral[n * units + first + j] = sum;
        }
      }
    }
  }
  const gx = new Float32Array(steps * size);
  const gWeight = new Float32Array(units * decPopDim);
  const gBias = new Float32Array(units);
  const gc = new Float32Array(size);
  const gv = new Float32Array(size);
  const gs = new Float32Array(size);
  for (let t = steps - 1; t >= 0; t--) {
    const at = t * size;
    gs.set(gSpikes.subarray(at, at + size));
    if (t < steps - 1) {
      for (let n = 0; n < batch; n++) {
        for (let a = 0; a < actDim; a++) {
          const first = a * decPopDim;
          const row = n * units + first;
          for (let j = 0; j < decPopDim; j++) {
            const g = gx[at + size + row + j];
            const w = (first + j) * decPopDim;
            for (let k = 0; k < decPopDim; k++) {
              gs[row + k] += weight[w + k] * g;
              gWeight[w + k] += g * spikes[at + row + k];
            }
            gBias[first + j] += g;
          }
        }
      }
    }
    for (let i = 0; i < size; i++) {
      const u = membrane[at + i];
      const s = spikes[at + i];
      const g = gs[i] + (vReset - u) * gv[i];
      const slope = Math.abs(u - vThreshold) < 0.5 ? 1 : 0;
      const gu = (1 - s) * gv[i] + g * slope;
      gc[i] = gc[i] * cDecay + gu;
      gv[i] = gu * vDecay;
      gx[at + i] = gc[i];
    }
  }
  return { spikes, gx, gWeight, gBias };
}
