import { inEngines } from "@spikeloop/dev";

await inEngines(
  "nodes on the GPU and on the CPU equal the reference",
  "packages/neuron/testing/engine_suites.ts",
);
