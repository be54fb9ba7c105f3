import { cpu } from "@spikeloop/cpu";
import { evaluator } from "@spikeloop/backend/evaluator";
import { nodeSuite } from "./testing/node_suite.ts";

for (const backend of [evaluator, cpu]) nodeSuite({ backend });
