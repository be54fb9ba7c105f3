import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { ilcNodesSuite } from "./testing/ilc_nodes_suite.ts";

for (const backend of [evaluator, cpu]) ilcNodesSuite({ backend });
