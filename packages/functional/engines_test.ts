import { inEngines } from "@spikeloop/dev";

await inEngines("training on the GPU", "packages/functional/testing/engine_suites.ts");
