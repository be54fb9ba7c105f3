import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { noisyNodesSuite } from "./testing/noisy_nodes_suite.ts";

for (const backend of [evaluator, cpu]) noisyNodesSuite({ backend });
