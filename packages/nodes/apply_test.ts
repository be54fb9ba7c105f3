import { evaluator } from "@spikeloop/backend/evaluator";
import { cpu } from "@spikeloop/cpu";
import { applySuite } from "./testing/apply_suite.ts";

for (const backend of [evaluator, cpu]) applySuite({ backend });
