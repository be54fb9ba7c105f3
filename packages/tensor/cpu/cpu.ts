import { simdSupported } from "@spikeloop/expr/wasm";
import type { Backend } from "../backend.ts";
import { reference } from "../reference/reference.ts";
import { map } from "./map.ts";
import { scanFunctions } from "./scan/mod.ts";

/** The CPU: the backend of every tensor that names no other. */
export const cpu: Backend = {
  ...reference,
  ...scanFunctions,
  name: "cpu",
  map: (kernel, operands, shape) =>
    simdSupported() ? map(kernel, operands, shape) : reference.map(kernel, operands, shape),
};
