import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { plainNodesSuite } from "./testing/plain_nodes_suite.ts";

for (const backend of [evaluator, cpu]) plainNodesSuite({ backend });
