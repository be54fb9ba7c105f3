import { makeEvaluator } from "@spikeloop/expr";
import { memoized } from "../memoized.ts";
import type { MapKernel, MapOperand } from "../skeletons.ts";
import { hostArray } from "../host_storage.ts";
import { sizeOf } from "../shape.ts";

const evaluatorOf = /* @__PURE__ */ memoized(({ inputs, outputs }: MapKernel) =>
  makeEvaluator(outputs, inputs)
);

/** Evaluates an elementwise kernel, element by element. */
export function evaluateMap(
  kernel: MapKernel,
  operands: readonly MapOperand[],
  shape: readonly number[],
): Float32Array[] {
  const size = sizeOf(shape);
  const results = kernel.outputs.map(() => new Float32Array(size));
  const evaluate = evaluatorOf(kernel);
  const args = operands.map((o) => typeof o === "number" ? o : 0);
  const sources = operands.flatMap((o, slot) =>
    typeof o === "number" ? [] : [{ slot, at: 0, data: hostArray(o.storage), strides: o.strides }]
  );
  const index = shape.map(() => 0);
  const values: number[] = [];
  for (let i = 0; i < size; i++) {
    for (const s of sources) args[s.slot] = s.data[s.at];
    evaluate(args, values);
    for (let r = 0; r < results.length; r++) results[r][i] = values[r];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      for (const s of sources) s.at += s.strides[axis];
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
      for (const s of sources) s.at -= s.strides[axis] * shape[axis];
    }
  }
  return results;
}
