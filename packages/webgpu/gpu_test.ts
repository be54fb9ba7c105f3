import { onGpu } from "@spikeloop/dev";
import { errorsSuite } from "./testing/errors_suite.ts";
import { functionsSuite } from "./testing/functions_suite.ts";
import { specialValuesSuite } from "./testing/special_values_suite.ts";

await onGpu("special values", (gpu) => {
  functionsSuite(gpu);
  specialValuesSuite(gpu);
  errorsSuite();
});
