import { cpu, reference } from "@spikeloop/tensor";
import { populationSuite } from "./testing/population_suite.ts";

for (const backend of [reference, cpu]) populationSuite({ backend, exact: true });
