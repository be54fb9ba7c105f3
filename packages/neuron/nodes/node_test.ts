import { cpu, reference } from "@spikeloop/tensor";
import { nodeSuite } from "../testing/node_suite.ts";

for (const backend of [reference, cpu]) nodeSuite({ backend });
