import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { populationSuite } from "./testing/population_suite.ts";

for (const backend of [evaluator, cpu]) populationSuite({ backend, exact: true });
