import { inEngines } from "@spikeloop/dev";

await inEngines({
  "special values and errors on the GPU": "packages/webgpu/testing/engine_suites.ts",
  "training on the GPU": "packages/functional/testing/engine_suites.ts",
  "nodes on the GPU and on the CPU equal the reference": "packages/nodes/testing/engine_suites.ts",
});
