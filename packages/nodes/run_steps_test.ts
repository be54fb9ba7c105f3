import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { runStepsSuite } from "./testing/run_steps_suite.ts";

for (const backend of [evaluator, cpu]) runStepsSuite({ backend });
