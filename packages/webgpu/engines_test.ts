import { inEngines } from "@spikeloop/dev";

await inEngines("special values and errors on the GPU", "packages/webgpu/testing/engine_suites.ts");
