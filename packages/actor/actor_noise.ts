import { fail, takeCount } from "@spikeloop/errors";
import { sameShape, showShape } from "@spikeloop/backend";
import type { Tensors } from "@spikeloop/functional";
import { powerlawPsdGaussian } from "@spikeloop/nodes";
import { type Key, split } from "@spikeloop/random";
import {
  broadcastTo,
  checkTensor,
  reshape,
  slice,
  type Tensor,
  tensor,
  transpose,
} from "@spikeloop/tensor";

/** Where the noise of one population, or of the decoder, stands: `units` numbers per step. */
export interface NoisePart {
  /** The name of the layer. */
  readonly layer: string;
  /** The name of the sequence. */
  readonly name: string;
  /** D. */
  readonly units: number;
}

/** Sequences [T, N, D] by layer and name. */
export type NoiseSequences = Readonly<Record<string, Tensors>>;

/** The coloured noise of an actor. */
export interface ActorNoise {
  /** Draws the noise of `count` calls, [count, T, total]. It goes on from call to call. */
  draw(key: Key, count: number): Tensor;
  /** Divides noise [T, total] or [N, T, total] into sequences [T, N, D] by layer and name. */
  divide(noise: Tensor, rows: number): NoiseSequences;
}

/** Makes the noise of an actor, whose parts stand one after another in each step. */
export function makeNoise(parts: readonly NoisePart[], steps: number, beta: number): ActorNoise {
  const total = parts.reduce((sum, { units }) => sum + units, 0);
  return {
    draw: (key, count) => {
      takeCount("draw the noise of ilcSan", "the number of calls", count);
      const length = count * steps;
      const values = new Float32Array(length * total);
      let offset = 0;
      split(key, parts.length).forEach((k, i) => {
        const { units } = parts[i];
        const sequences = powerlawPsdGaussian(k, beta, [units, length]);
        for (let t = 0; t < length; t++) {
          for (let d = 0; d < units; d++) {
            values[t * total + offset + d] = sequences[d * length + t];
          }
        }
        offset += units;
      });
      return tensor(values, [count, steps, total]);
    },
    divide: (noise, rows) => {
      checkTensor("ilcSan", "the noise", noise);
      const shared = noise.shape.length === 2;
      const expected = shared ? [steps, total] : [rows, steps, total];
      if (!sameShape(noise.shape, expected)) {
        const shapes = `${showShape([steps, total])} or ${showShape([rows, steps, total])}`;
        fail(
          "run ilcSan",
          `the noise has shape ${showShape(noise.shape)}, expected ${shapes}`,
        );
      }
      const inTime = shared ? reshape(noise, [steps, 1, total]) : transpose(noise, [1, 0, 2]);
      const result: Record<string, Record<string, Tensor>> = {};
      let offset = 0;
      for (const { layer, name, units } of parts) {
        const part = slice(inTime, [0, 0, offset], [steps, inTime.shape[1], offset + units]);
        (result[layer] ??= {})[name] = broadcastTo(part, [steps, rows, units]);
        offset += units;
      }
      return result;
    },
  };
}
