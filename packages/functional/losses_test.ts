import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { lossesSuite } from "./testing/losses_suite.ts";

for (const backend of [evaluator, cpu]) lossesSuite({ backend, exact: true });
