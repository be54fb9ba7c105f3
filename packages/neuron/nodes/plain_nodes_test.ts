import { cpu, reference } from "@spikeloop/tensor";
import { nodesGoldenSuite } from "../testing/nodes_golden_suite.ts";

for (const backend of [reference, cpu]) nodesGoldenSuite({ backend });
