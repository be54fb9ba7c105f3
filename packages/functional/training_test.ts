import { cpu, reference } from "@spikeloop/tensor";
import { trainingSuite } from "./testing/training_suite.ts";

for (const backend of [reference, cpu]) trainingSuite({ backend, exact: true });
