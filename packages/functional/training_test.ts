import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { trainingSuite } from "./testing/training_suite.ts";

for (const backend of [evaluator, cpu]) trainingSuite({ backend, exact: true });
