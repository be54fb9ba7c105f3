import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend } from "../backend.ts";
import { reference } from "../reference/reference.ts";
import { allocate } from "./allocate.ts";
import { map } from "./map.ts";
import { gather, scatter } from "./movement.ts";
import { reduce } from "./reduce/reduce.ts";
import { matmul } from "./matmul/matmul.ts";
import { scanFunctions } from "./scan/mod.ts";

/** What WebAssembly SIMD does; what it lacks is left to the evaluator. */
const simd: Required<
  Pick<Backend, "map" | "reduce" | "matmul" | "affine" | "gather" | "scatter">
> = {
  map,
  reduce,
  matmul,
  affine: matmul,
  gather,
  scatter,
};

/** Where SIMD is missing, all of it is. */
const chosen = () => simdSupported() ? simd : reference;

/**
 * The CPU: the backend of every tensor that names no other.
 *
 * @example
 * ```ts
 * import { cpu, ones } from "@spikeloop/tensor";
 * import { assertStrictEquals } from "@std/assert";
 *
 * assertStrictEquals(ones([2]).backend, cpu);
 * ```
 */
export const cpu: Backend = {
  ...reference,
  ...scanFunctions,
  name: "cpu",
  upload: (data) => {
    const made = allocate(data.length);
    made.set(data);
    return made;
  },
  fill: (length, value) => {
    const made = allocate(length);
    return Object.is(value, 0) ? made : made.fill(value);
  },
  map: (kernel, operands, shape) => chosen().map(kernel, operands, shape),
  reduce: (op, x, outer, axis, inner) => chosen().reduce(op, x, outer, axis, inner),
  matmul: (spec, a, b) => chosen().matmul(spec, a, b),
  affine: (spec, a, b, bias) => chosen().affine(spec, a, b, bias),
  gather: (view) => chosen().gather(view),
  scatter: (length, parts) => chosen().scatter(length, parts),
};
