import { onGpu } from "@spikeloop/dev";
import { functionsSuite } from "./testing/functions_suite.ts";

await onGpu("special values", (gpu) => {
  functionsSuite(gpu);
});
