import { onGpu } from "@spikeloop/dev";
import { populationSuite } from "./testing/population_suite.ts";
import { trainingSuite } from "./testing/training_suite.ts";

await onGpu("populations and their training", (backend) => {
  const device = { backend, exact: false };
  populationSuite(device);
  trainingSuite(device);
});
