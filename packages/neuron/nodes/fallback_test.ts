import { cpu, reference } from "@spikeloop/tensor";
import { fallbackSuite } from "../testing/fallback_suite.ts";

for (const backend of [reference, cpu]) fallbackSuite({ backend });
