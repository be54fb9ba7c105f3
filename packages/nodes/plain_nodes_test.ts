import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { nodesGoldenSuite } from "./testing/nodes_golden_suite.ts";

for (const backend of [evaluator, cpu]) nodesGoldenSuite({ backend });
