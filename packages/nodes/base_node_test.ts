import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { baseNodeSuite } from "./testing/base_node_suite.ts";

for (const backend of [evaluator, cpu]) baseNodeSuite({ backend });
