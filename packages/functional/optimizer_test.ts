import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { optimizerSuite } from "./testing/optimizer_suite.ts";

for (const backend of [evaluator, cpu]) optimizerSuite({ backend, exact: true });
