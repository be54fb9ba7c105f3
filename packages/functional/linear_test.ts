import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { linearSuite } from "./testing/linear_suite.ts";

for (const backend of [evaluator, cpu]) linearSuite({ backend, exact: true });
