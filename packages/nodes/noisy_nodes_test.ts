import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { noisyGoldenSuite } from "./testing/noisy_golden_suite.ts";

for (const backend of [evaluator, cpu]) noisyGoldenSuite({ backend });
