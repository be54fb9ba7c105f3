// How many golden cases the package passes in a page whose policy forbids WebAssembly.
import { simdSupported } from "spikeloop/expr/wasm";
import { checkGolden } from "./golden.js";
import cases from "./cubalif.json";

export async function run() {
  return { simd: simdSupported(), cpu: await checkGolden(cases) };
}
