import { onGpu } from "@spikeloop/dev";
import { encoderGoldenSuite } from "./testing/golden_suite.ts";

await onGpu("encoders", encoderGoldenSuite);
