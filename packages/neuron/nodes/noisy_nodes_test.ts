import { cpu, reference } from "@spikeloop/tensor";
import { noisyGoldenSuite } from "../testing/noisy_golden_suite.ts";

for (const backend of [reference, cpu]) noisyGoldenSuite({ backend });
