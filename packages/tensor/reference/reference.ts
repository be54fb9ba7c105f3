import type { Backend } from "../backend.ts";
import { array } from "./array.ts";
import { lateralGradient, paramGradient } from "./lateral_gradient.ts";
import { map } from "./map.ts";
import { affine, matmul } from "./matmul.ts";
import { gather, scatterInto } from "./movement.ts";
import { reduce } from "./reduce.ts";
import { scan, scanBackward } from "./scan.ts";

/**
 * The evaluator as a backend: plain loops over ordinary Float32Arrays, no code generation. It defines what every other
 * backend computes, to the bit on the CPU, and runs where WebAssembly SIMD is missing.
 *
 * @example The same bits as on the CPU's fast path.
 * ```ts
 * import { exp, reference, tensor } from "@spikeloop/tensor";
 * import { assertEquals } from "@std/assert";
 *
 * const slow = exp(tensor([0.1, 0.2], undefined, { backend: reference }));
 * assertEquals(slow.dataSync(), exp(tensor([0.1, 0.2])).dataSync());
 * ```
 */
export const reference: Backend & Required<Pick<Backend, "affine">> = {
  name: "reference",
  upload: (data) => data.slice(),
  read: (storage) => Promise.resolve(array(storage).slice()),
  readSync: (storage) => array(storage).slice(),
  map,
  reduce: (op, x, outer, axis, inner) => reduce(op, array(x), outer, axis, inner),
  matmul: (spec, a, b) => matmul(spec, array(a), array(b)),
  affine: (spec, a, b, bias) => affine(spec, array(a), array(b), array(bias)),
  gather: ({ storage, ...window }) => gather(array(storage), window),
  scatter: (length, parts) => {
    const target = new Float32Array(length);
    for (const { data, into } of parts) scatterInto(target, array(data), into);
    return target;
  },
  scan,
  scanBackward: (kernel, args, _out, cotangents, wants) =>
    scanBackward(kernel, args, cotangents, wants),
  lateralGradient: (records, extents) =>
    lateralGradient(
      records.map(({ lateral, out }) => ({
        lateral: array(lateral),
        lateralAt: 0,
        out: array(out),
        outAt: 0,
      })),
      extents,
    ),
  paramGradient: (rows, batch, units) => paramGradient(rows.map(array), batch, units),
};
