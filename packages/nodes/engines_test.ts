import { inEngines } from "@spikeloop/dev";

await inEngines(
  "nodes on the GPU and on the CPU equal the reference",
  "packages/nodes/testing/engine_suites.ts",
);
