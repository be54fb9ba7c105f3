import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { customNodeSuite } from "./testing/custom_node_suite.ts";

for (const backend of [evaluator, cpu]) customNodeSuite({ backend });
