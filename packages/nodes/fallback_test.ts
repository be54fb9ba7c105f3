import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { fallbackSuite } from "./testing/fallback_suite.ts";

for (const backend of [evaluator, cpu]) fallbackSuite({ backend });
