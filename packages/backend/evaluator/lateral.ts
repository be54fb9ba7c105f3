// The lateral connection inside groups of P units.
import type { LateralExtents } from "../skeletons.ts";
import { lateralChunks } from "../summation_order.ts";

/**
 * bias + W · out: the current that `out` [N, D] sends into every unit of its groups, chunk by
 * chunk. The first chunk's partial sum starts at the bias (+0 for -0, so that adding nothing
 * changes no bit). Where outputs are binary, zeros are skipped.
 */
export function lateralCurrent(
  out: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
  { batch, units, group, binary }: LateralExtents,
): Float32Array {
  const chunks = lateralChunks(group);
  const result = new Float32Array(batch * units);
  for (let n = 0; n < batch; n++) {
    for (let d = 0; d < units; d++) {
      const first = n * units + d - d % group;
      let total = 0;
      for (let c = 0; c + 1 < chunks.length; c++) {
        let part = c === 0 ? bias[d] + 0 : 0;
        for (let k = chunks[c]; k < chunks[c + 1]; k++) {
          const s = out[first + k];
          if (binary && s === 0) continue;
          part = Math.fround(part + Math.fround(weight[d * group + k] * s));
        }
        total = c === 0 ? part : Math.fround(total + part);
      }
      result[n * units + d] = total;
    }
  }
  return result;
}

/**
 * Wᵀ · g: the cotangent of the outputs from the cotangent of the lateral current [N, D], summed
 * over targets in ascending order.
 */
export function lateralPullback(
  g: Float32Array,
  weight: Float32Array,
  { batch, units, group }: LateralExtents,
): Float32Array {
  const result = new Float32Array(batch * units);
  for (let n = 0; n < batch; n++) {
    for (let d = 0; d < units; d++) {
      const first = d - d % group;
      let total = 0;
      for (let j = 0; j < group; j++) {
        const product = Math.fround(
          weight[(first + j) * group + d - first] * g[n * units + first + j],
        );
        total = j === 0 ? product : Math.fround(total + product);
      }
      result[n * units + d] = total;
    }
  }
  return result;
}
